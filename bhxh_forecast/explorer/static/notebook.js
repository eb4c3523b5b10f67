/* The notebook's end of the panel: questions go to the kernel as messages, answers come back by number. */
function render({ model, el }) {
  const open = new Map();
  let number = 0;
  model.on("msg:custom", (message) => {
    const waits = open.get(message.number);
    if (!waits) return;
    open.delete(message.number);
    waits.resolve(message.answer);
  });
  const ask = (question, fine, signal) => new Promise((resolve, reject) => {
    const mine = (number += 1);
    open.set(mine, { resolve });
    if (signal) signal.addEventListener("abort", () => { open.delete(mine); model.send({ cancel: mine }); reject(new DOMException("moved", "AbortError")); });
    model.send({ number: mine, question, fine });
  });
  const style = document.createElement("style");
  style.textContent = model.get("css");
  const root = document.createElement("div");
  el.append(style, root);
  const remember = (link) => { model.set("link", link); model.save_changes(); };
  globalThis.bhxhPanel = globalThis.bhxhExplorer.mount(root, model.get("boot"), ask, { link: model.get("link"), lang: model.get("lang"), remember });
}
export default { render };
