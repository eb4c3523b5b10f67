/* The web page: the panel over HTTP, its state in the address. */
(async function () {
  "use strict";
  const root = document.getElementById("explorer");
  const visitor = crypto.randomUUID ? crypto.randomUUID() : String(Math.random()).slice(2);
  const ask = async (question, fine, signal) => {
    const response = await fetch(fine ? "refine" : "move", { method: "POST", signal, headers: { "Content-Type": "application/json", "X-Visitor": visitor }, body: JSON.stringify(question) });
    if (response.status === 503) return { busy: true };
    if (!response.ok) throw new Error(`answer ${response.status}`);
    return response.json();
  };
  const boot = await (await fetch("boot.json")).json();
  const remember = (link, lang) => {
    history.replaceState(null, "", `?${link}`);
    document.documentElement.lang = lang;
    document.title = boot.texts[lang].title;
  };
  globalThis.bhxhPanel = globalThis.bhxhExplorer.mount(root, boot, ask, { link: location.search.slice(1), lang: document.documentElement.lang, remember, address: (link) => `${location.origin}${location.pathname}?${link}` });
})();
