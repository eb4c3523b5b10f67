/* The explorer: controls, odds, fans, cost. It draws what the model answers and computes no result of its own.
   mount(root, boot, ask, options): ask(question, fine, signal) gives a promise of an answer. One setting is on its way at
   a time; while it is, only the latest move waits. */
(function (scope) {
  "use strict";
  const MOST_PINS = 4;
  const REFINE_AFTER = 450; // ms without a move
  const RETRY_AFTER = 2500;
  const DASHES = ["dot", "dash", "longdash", "dashdot"];
  const PIN_COLOURS = ["#9a5b88", "#00795a", "#b8481a", "#6b4c3a"];
  const el = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (key === "on") for (const [event, f] of Object.entries(value)) node.addEventListener(event, f);
      else if (value === true) node.setAttribute(key, "");
      else if (value !== false && value !== null && value !== undefined) node.setAttribute(key, value);
    }
    for (const child of children) if (child !== null && child !== undefined) node.append(child);
    return node;
  };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, key) => (key in values ? values[key] : ""));

  class Panel {
    constructor(root, boot, ask, options) {
      Object.assign(this, { root, boot, ask, options });
      this.timings = [];
      this.pins = []; // {link, name, answer}
      this.split = "sources";
      this.answer = null;
      this.number = 0;
      this.read(options.link || "");
    }

    t(key, values = {}) { return fill(this.boot.texts[this.lang][key] ?? key, values); }
    label(kind, name) { return this.boot.texts[this.lang][`${kind}.${name}`] ?? name; }
    capital(text) { return text.charAt(0).toUpperCase() + text.slice(1); }
    format(value, digits = 0) {
      return value.toLocaleString(this.lang === "vi" ? "vi-VN" : "en-GB", { maximumFractionDigits: digits, minimumFractionDigits: digits });
    }

    /* ---- the setting: read from a link, written as a link ------------------------------------------------------ */
    read(link) {
      const query = new URLSearchParams(link);
      const pick = (key, allowed, otherwise) => (allowed.includes(query.get(key)) ? query.get(key) : otherwise);
      this.lang = pick("lang", Object.keys(this.boot.texts), this.options.lang || "vi");
      const ids = (items) => items.map((item) => item.id);
      this.state = {
        start: pick("start", ids(this.boot.scenarios), this.boot.scenarios[0].id),
        world: pick("world", ids(this.boot.worlds), this.boot.worlds[0].id),
        base: pick("base", this.boot.bases, this.boot.bases[0]),
        year: pick("year", this.boot.years.map(String), String(this.boot.until)),
        goal: pick("goal", this.boot.goals, this.boot.goals[0]),
        name: query.get("name") || "my_setting",
        levers: {}, law: {},
      };
      for (const lever of this.boot.levers) {
        if (!query.has(lever.id)) continue;
        const [value, from, to, ramp] = query.get(lever.id).split(",");
        this.state.levers[lever.id] = { value: Number(value), from, to: to || "", ramp: Number(ramp || 0) };
      }
      for (const law of this.boot.law) if (query.has("law." + law.id)) this.state.law[law.id] = query.get("law." + law.id);
      this.linkPins = query.getAll("pin").slice(0, MOST_PINS);
      this.unread = link; // the model says what of it does not fit
    }

    link() {
      const s = this.state, query = new URLSearchParams();
      for (const key of ["start", "world", "base", "year", "goal", "name"]) query.set(key, s[key]);
      for (const [id, l] of Object.entries(s.levers).sort()) query.set(id, [l.value, l.from, l.to, l.ramp || ""].join(",").replace(/,+$/, ""));
      for (const [id, day] of Object.entries(s.law).sort()) query.set("law." + id, day);
      return query.toString();
    }

    fullLink() {
      const query = new URLSearchParams(this.link());
      query.set("lang", this.lang);
      for (const pin of this.pins) query.append("pin", pin.link);
      return query.toString();
    }

    /* ---- asking the model -------------------------------------------------------------------------------------- */
    moved() {
      const now = performance.now();
      this.number += 1;
      if (this.abort) this.abort.abort();
      clearTimeout(this.later);
      this.waiting = { began: this.firstMove ?? now };
      if (!this.onItsWay) this.send();
    }

    async send() {
      const job = this.waiting, number = this.number;
      this.waiting = null;
      this.onItsWay = true;
      this.say(this.t("working"));
      const unread = this.unread;
      this.unread = null;
      try {
        const answer = await this.ask({ link: unread ?? this.link(), lang: this.lang }, false, null);
        const answered = performance.now();
        if (answer.busy) throw new Error("busy");
        this.show(answer);
        await new Promise((done) => this.frame(done));
        const drawn = performance.now();
        this.timings.push({ answered: answered - job.began, drawn: drawn - job.began, model: 1000 * (answer.seconds || 0) });
        if (number === this.number && !answer.wrong) this.later = setTimeout(() => this.refine(number), REFINE_AFTER);
      } catch (error) {
        this.say(this.t(error.message === "busy" ? "busy" : "gone"));
        if (error.message !== "busy") console.warn(String(error));
        this.later = setTimeout(() => this.moved(), RETRY_AFTER);
      } finally {
        this.onItsWay = false;
        if (this.waiting) this.send();
      }
    }

    frame(done) { // after the next paint; a hidden page paints never
      if (document.hidden) setTimeout(done, 0);
      else requestAnimationFrame(() => setTimeout(done, 0));
    }

    async refine(number) {
      if (number !== this.number) return;
      this.abort = new AbortController();
      this.say(this.t("refining", { draws: this.format(this.answer.draws) }));
      try {
        const answer = await this.ask({ link: this.link(), lang: this.lang }, true, this.abort.signal);
        if (number !== this.number) return;
        if (answer.busy || answer.wrong) this.say(this.t("fast", { draws: this.format(this.answer.draws) }));
        else { this.show(answer, true); this.refined = number; }
      } catch (error) {
        if (number === this.number && error.name !== "AbortError") this.say(this.t("fast", { draws: this.format(this.answer.draws) }));
      }
    }

    say(text) { this.status.textContent = text; }

    show(answer, fine = false) {
      if (answer.wrong) {
        this.alert.textContent = answer.wrong;
        this.say("");
        return;
      }
      this.answer = answer;
      const scenario = this.boot.scenarios.find((s) => s.id === this.state.start);
      const notes = [];
      if (scenario.counterfactual) notes.push(this.t("counterfactual"));
      if (answer.left && answer.left.length) notes.push(this.t("left_out", { parts: answer.left.join("; ") }));
      this.alert.textContent = notes.join(" ");
      this.drawOdds();
      this.drawFans();
      this.drawBudget();
      this.drawCost();
      if (this.tableBox.open) this.drawTable();
      this.say(this.t(fine ? "fine" : "fast", { draws: this.format(answer.draws) }));
      this.remember();
    }

    remember() { if (this.options.remember) this.options.remember(this.fullLink(), this.lang); }

    /* ---- the page ---------------------------------------------------------------------------------------------- */
    build() {
      const focus = this.root.contains(document.activeElement) ? document.activeElement.id : null;
      const open = [...this.root.querySelectorAll("details[open]")].map((d) => d.dataset.key);
      this.root.className = "bx";
      this.root.lang = this.lang;
      this.plots = {};
      this.status = el("div", { class: "bx-status", role: "status", "aria-live": "polite" });
      this.alert = el("div", { class: "bx-alert", role: "alert" });
      this.root.replaceChildren(
        el("a", { class: "bx-skip", href: "#bx-results" }, this.t("to_results")),
        this.head(),
        el("div", { class: "bx-body" }, this.side(), this.main()),
      );
      for (const key of open) { const d = this.root.querySelector(`details[data-key="${key}"]`); if (d) d.open = true; }
      if (focus) document.getElementById(focus)?.focus();
      if (this.answer) this.show(this.answer, this.answer.draws > this.boot.draws);
    }

    head() {
      const names = { vi: "Tiếng Việt", en: "English" };
      const langs = Object.keys(this.boot.texts).map((lang) =>
        el("button", { type: "button", id: `bx-lang-${lang}`, lang, "aria-pressed": String(lang === this.lang), on: { click: () => this.speak(lang) } }, names[lang]));
      return el("header", { class: "bx-head" },
        el("div", {}, el("h1", {}, this.t("title")), el("p", { class: "bx-lead" }, this.t("lead")), el("p", { class: "bx-note" }, this.t("draft"))),
        el("div", { class: "bx-langs", role: "group", "aria-label": this.t("language") }, ...langs));
    }

    speak(lang) {
      this.lang = lang;
      this.build();
      this.firstMove = performance.now();
      this.moved();
      this.pins.forEach((pin) => this.load(pin));
    }

    side() {
      const groups = [...new Set(this.boot.levers.map((l) => l.group))];
      const choose = (key, items) => this.select(key, items);
      const titled = (items) => items.map((item) => [item.id, item.title[this.lang]]);
      return el("form", { class: "bx-side", "aria-label": this.t("settings"), on: { submit: (e) => e.preventDefault() } },
        el("h2", {}, this.t("settings")),
        ...choose("start", titled(this.boot.scenarios)), ...choose("world", titled(this.boot.worlds)),
        ...choose("year", this.boot.years.map((y) => [String(y), String(y)])),
        ...choose("base", this.boot.bases.map((b) => [b, this.boot.texts[this.lang][b] ?? this.label("base", b)])),
        el("div", { class: "bx-buttons" }, el("button", { type: "button", id: "bx-reset", on: { click: () => this.resetAll() } }, this.t("reset_all"))),
        ...groups.map((group, k) => el("details", { "data-key": group, open: k === 0 }, el("summary", {}, this.t(`group.${group}`)),
          ...this.boot.levers.filter((l) => l.group === group).map((l) => this.lever(l)))),
        this.boot.law.length ? el("details", { "data-key": "law" }, el("summary", {}, this.t("group.law")), ...this.boot.law.map((l) => this.law(l))) : null);
    }

    select(key, items) {
      const id = `bx-${key}`;
      const options = items.map(([value, text]) => el("option", { value, selected: this.state[key] === value }, this.capital(text)));
      const change = (event) => { this.state[key] = event.target.value; if (key === "start") this.build(); this.touch(event); };
      return [el("label", { for: id }, this.t(key)), el("select", { id, on: { change } }, ...options)];
    }

    touch(event) { this.firstMove = event ? event.timeStamp : performance.now(); this.moved(); }

    started(lever) { // what the lever is before it is moved: the scenario chosen, else no measure
      const scenario = this.boot.scenarios.find((s) => s.id === this.state.start).levers[lever.id];
      const first = { value: lever.now, from: this.boot.first_month, to: "", ramp: 0 };
      if (!scenario) return first;
      const value = scenario.value ?? (scenario.add !== undefined ? lever.now + scenario.add : lever.now * scenario.times);
      return { value, from: scenario.from || first.from, to: scenario.to, ramp: scenario.ramp };
    }

    lever(lever) {
      const key = lever.id, id = `bx-${key.replace(/\W/g, "-")}`, name = lever.name[this.lang], unit = lever.unit[this.lang];
      const scenario = this.boot.scenarios.find((s) => s.id === this.state.start).levers[key];
      const current = () => this.state.levers[key] ?? this.started(lever);
      const share = lever.max <= 1;
      const scale = share ? 100 : 1;
      const shown = (value) => Number((value * scale).toPrecision(10));
      const mark = el("span", { class: "bx-mark" });
      const slider = el("input", { type: "range", id: `${id}-slider`, min: lever.min * scale, max: lever.top * scale, step: lever.step * scale, "aria-label": this.t("slider", { name }) });
      const field = el("input", { type: "number", id: `${id}-value`, min: lever.min * scale, max: lever.max * scale, step: "any" });
      const from = el("input", { type: "month", id: `${id}-from`, placeholder: "2027-01", pattern: "20\\d\\d-\\d\\d" });
      const to = el("input", { type: "month", id: `${id}-to`, placeholder: "2029-12", pattern: "20\\d\\d-\\d\\d" });
      const ramp = el("input", { type: "number", id: `${id}-ramp`, min: 0, max: 120, step: 1 });
      const reset = el("button", { type: "button", on: { click: (e) => { delete this.state.levers[key]; put(); this.touch(e); } } }, this.t("reset"));
      const say = () => {
        const set = key in this.state.levers;
        mark.textContent = set ? this.t("set") : scenario ? this.t("from_scenario") : "";
        reset.disabled = !set;
        slider.setAttribute("aria-valuetext", `${this.format(shown(current().value), share && lever.step < 0.01 ? 1 : 0)}${share ? "%" : " " + unit}`);
      };
      const put = () => {
        const now = current();
        slider.value = shown(now.value); field.value = shown(now.value);
        from.value = now.from; to.value = now.to; ramp.value = now.ramp;
        say();
      };
      const set = (change, event) => {
        const next = { ...current(), ...change };
        if (!(next.value >= lever.min && next.value <= lever.max)) {
          this.alert.textContent = this.t("out_of_range", { low: this.format(lever.min * scale), high: this.format(lever.max * scale) });
          return;
        }
        const month = /^20\d\d-(0[1-9]|1[0-2])$/;
        if (!month.test(next.from) || (next.to && (!month.test(next.to) || next.to < next.from))) {
          this.alert.textContent = this.t("bad_month");
          return;
        }
        this.state.levers[key] = next;
        say();
        this.touch(event);
      };
      slider.addEventListener("input", (e) => { field.value = slider.value; set({ value: Number(slider.value) / scale }, e); });
      field.addEventListener("input", (e) => { if (field.value === "") return; slider.value = field.value; set({ value: Number(field.value) / scale }, e); });
      from.addEventListener("change", (e) => set({ from: from.value }, e));
      to.addEventListener("change", (e) => set({ to: to.value }, e));
      ramp.addEventListener("change", (e) => set({ ramp: Math.max(0, Math.round(Number(ramp.value))) }, e));
      const box = el("details", { "data-key": key },
        el("summary", {}, name, mark),
        el("p", { class: "bx-note" }, lever.about[this.lang]),
        el("label", { for: field.id }, `${this.t("value")} (${share ? "%" : unit})`),
        el("div", { class: "bx-row" }, slider, field),
        el("div", { class: "bx-value" }, this.t("today", { value: lever.now_text[this.lang] })),
        el("div", { class: "bx-dates" },
          el("div", {}, el("label", { for: from.id }, this.t("from")), from), el("div", {}, el("label", { for: to.id }, this.t("to")), to),
          el("div", {}, el("label", { for: ramp.id }, this.t("ramp")), ramp), el("div", {}, reset)));
      put();
      return box;
    }

    law(law) {
      const id = `bx-law-${law.id.replace(/\W/g, "-")}`;
      const now = this.state.law[law.id], kind = now === undefined ? "enacted" : now === "never" ? "never" : "moved";
      const day = el("input", { type: "date", id: `${id}-day`, value: kind === "moved" ? now : law.enacted, min: "2026-01-01", max: `${this.boot.until}-12-31` });
      const dayBox = el("div", { hidden: kind !== "moved" }, el("label", { for: day.id }, this.t("law_day")), day);
      const options = [["enacted", this.t("law_enacted", { date: law.enacted_text[this.lang] })], ["never", this.t("law_never")], ["moved", this.t("law_moved")]];
      const set = (event) => {
        dayBox.hidden = choice.value !== "moved";
        if (choice.value === "enacted") delete this.state.law[law.id];
        else this.state.law[law.id] = choice.value === "never" ? "never" : day.value || law.enacted;
        this.touch(event);
      };
      const choice = el("select", { id, on: { change: set } }, ...options.map(([value, text]) => el("option", { value, selected: value === kind }, this.capital(text))));
      day.addEventListener("change", set);
      return el("div", {}, el("label", { for: id }, law.name[this.lang]), choice, dayBox);
    }

    resetAll() {
      this.state.levers = {};
      this.state.law = {};
      this.build();
      this.touch(null);
    }

    main() {
      const chart = (key, title, note, ...extra) => {
        const plot = el("div", { class: "bx-plot", id: `bx-plot-${key}`, role: "img", "aria-label": title });
        const heading = el("h3", {}, title), small = el("p", { class: "bx-note" }, note || "");
        const legend = el("ul", { class: "bx-legend" });
        this.plots[key] = { plot, heading, small, legend };
        return el("section", { class: "bx-chart" }, heading, small, ...extra, plot, legend);
      };
      const split = el("div", { class: "bx-buttons", role: "group", "aria-label": this.t("split") }, ...["sources", "programmes"].map((kind) =>
        el("button", { type: "button", id: `bx-split-${kind}`, "aria-pressed": String(this.split === kind), on: { click: (e) => {
          this.split = kind;
          for (const b of e.target.parentNode.children) b.setAttribute("aria-pressed", String(b === e.target));
          this.drawBudget();
        } } }, this.t(kind === "sources" ? "by_source" : "by_programme"))));
      this.oddsBox = el("div", { class: "bx-odds" });
      this.oddsHead = el("h2", {});
      this.pinBox = el("div", { class: "bx-table bx-pins" });
      this.tableBox = el("details", { "data-key": "table" }, el("summary", {}, this.t("table")));
      this.tableBody = el("div", { class: "bx-table", tabindex: "0", role: "region", "aria-label": this.t("table") });
      this.tableBox.append(this.tableBody);
      this.tableBox.addEventListener("toggle", () => this.answer && this.drawTable());
      const goals = this.boot.goals.map((goal) => [goal, this.label("target_short", goal)]);
      const main = el("main", { class: "bx-main", id: "bx-results", tabindex: "-1", "aria-label": this.t("results") },
        this.alert, this.status, this.oddsHead, this.oddsBox, el("p", { class: "bx-note" }, this.t("no_odds")),
        el("h2", {}, this.t("coverage")), el("p", { class: "bx-note" }, this.t("fan_note", { date: this.day(this.boot.as_of) })), el("div", { class: "bx-charts" }, ...this.boot.goals.map((goal) => chart(goal, this.capital(this.label("target_short", goal))))),
        el("div", { class: "bx-charts" }, chart("budget", this.t("budget"), this.t("budget_facts"), split), chart("cost", this.t("cost"), "", ...this.select("goal", goals))),
        el("h2", {}, this.t("pins")), this.pinBox,
        el("h2", {}, this.t("save")), this.saving(), this.tableBox,
        el("p", { class: "bx-note" }, this.t("source", { date: this.day(this.boot.as_of), seed: this.boot.seed })));
      this.drawPins();
      return main;
    }

    day(iso) { const [y, m, d] = iso.split("-"); return `${d}/${m}/${y}`; }

    saving() {
      const field = el("input", { id: "bx-name", value: this.state.name, pattern: "[a-z][a-z0-9_]{0,40}", maxlength: 41 });
      field.addEventListener("change", (e) => {
        if (/^[a-z][a-z0-9_]{0,40}$/.test(field.value)) { this.state.name = field.value; this.touch(e); } else field.value = this.state.name;
      });
      const button = (key, act) => el("button", { type: "button", id: `bx-${key}`, on: { click: act } }, this.t(key));
      return el("div", {}, el("label", { for: "bx-name" }, this.t("name")), field,
        el("div", { class: "bx-buttons" },
          button("save_yaml", () => this.file(`${this.answer.name}.yaml`, this.answer.yaml, "text/yaml")),
          button("save_csv", () => this.file(`${this.answer.name}.csv`, this.csv(), "text/csv")),
          button("save_png", () => this.picture()), button("copy", () => this.copyLink())),
        el("p", { class: "bx-note" }, this.t("use_file", { name: this.state.name })));
    }

    /* ---- pictures ---------------------------------------------------------------------------------------------- */
    drawOdds() {
      const { odds } = this.answer.words, base = this.answer.baseline.odds;
      this.oddsHead.textContent = this.t("odds", { year: this.answer.odds[this.boot.goals[0]].year });
      const cards = Object.entries(odds).map(([target, words]) => {
        const row = this.answer.odds[target], p = 100 * row.probability, error = 100 * row.mc_error;
        const low = Math.max(0, p - 1.96 * error), high = Math.min(100, p + 1.96 * error);
        const gauge = el("div", { class: "bx-gauge", role: "meter", "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.round(p),
          "aria-label": words.name, "aria-valuetext": this.t("odds_of", { name: words.name, odds: words.odds, words: words.words }) },
          el("i", { class: "bx-err" }), el("i", { class: "bx-base" }), el("i", { class: "bx-point" }));
        const [err, before, point] = gauge.children;
        err.style.left = `${low}%`; err.style.width = `${high - low}%`;
        before.style.left = `${100 * base[target].probability}%`;
        point.style.left = `${p}%`;
        const soft = [words.error, words.baseline, words.required, words.base, words.range].filter(Boolean);
        return el("div", { class: "bx-card", "data-target": target }, el("h3", {}, words.name), el("strong", {}, words.odds), gauge,
          el("div", {}, this.capital(words.words)), ...soft.map((text) => el("div", { class: "bx-soft" }, text)));
      });
      this.oddsBox.replaceChildren(...cards);
    }

    layout(extra) {
      const c = this.boot.colours;
      return { margin: { l: 46, r: 12, t: 8, b: 26 }, font: { family: "Noto Sans, DejaVu Sans, Segoe UI, Arial", size: 11, color: c.ink }, paper_bgcolor: "#fff",
        plot_bgcolor: "#fff", separators: this.lang === "vi" ? ",." : ".,", hovermode: "closest", dragmode: false, showlegend: false,
        ...extra, xaxis: { gridcolor: c.grid, zeroline: false, fixedrange: true, ...extra.xaxis }, yaxis: { gridcolor: c.grid, zeroline: false, fixedrange: true, rangemode: "tozero", ...extra.yaxis } };
    }

    plot(key, traces, layout) { // where only numbers differ, only numbers go to the drawing
      const place = this.plots[key], look = JSON.stringify([layout, traces.map((t) => [t.name, t.meta, t.type, t.x.length])]);
      if (place.look !== look) {
        place.look = look;
        place.legend.replaceChildren(...traces.filter((t) => t.showlegend !== false).map((t) => this.legend(t)));
        return Plotly.react(place.plot, traces, layout, { displayModeBar: false, responsive: true });
      }
      const change = { y: traces.map((t) => t.y), x: traces.map((t) => t.x) };
      if (traces.some((t) => t.error_y)) { change["error_y.array"] = traces.map((t) => t.error_y?.array); change["error_y.arrayminus"] = traces.map((t) => t.error_y?.arrayminus); }
      if (traces.some((t) => t.error_x)) { change["error_x.array"] = traces.map((t) => t.error_x?.array); change["error_x.arrayminus"] = traces.map((t) => t.error_x?.arrayminus); }
      if (!traces.some((t) => t.meta === "moves")) delete change.x;
      return Plotly.restyle(place.plot, change, traces.map((_, k) => k));
    }

    legend(trace) {
      const sign = el("span", { class: "bx-sign" }), marker = trace.marker || {}, colour = trace.line?.color || marker.line?.color || marker.color;
      if (trace.type === "bar") { sign.style.background = marker.color; sign.style.height = "10px"; }
      else if (trace.mode === "lines") sign.style.borderTop = `${trace.line.width}px ${!trace.line.dash ? "solid" : trace.line.dash === "dot" ? "dotted" : "dashed"} ${colour}`;
      else { sign.textContent = String(marker.symbol || "").startsWith("diamond") ? "◇" : String(marker.symbol || "").startsWith("line") ? "—" : marker.color === "#fff" ? "○" : "●"; sign.classList.add("bx-glyph"); }
      return el("li", {}, sign, trace.name);
    }

    ceiling(value, step) { return Math.ceil((value * 1.04) / step) * step; }

    drawFans() {
      const a = this.answer, x = this.boot.dates, closed = [...x, ...[...x].reverse()], c = this.boot.colours;
      const colours = { si_coverage: c.si, vsi_coverage: c.vsi, ui_coverage: c.ui, old_age_coverage: c.old_age };
      for (const goal of this.boot.goals) {
        const fan = a.fans[goal], row = a.odds[goal], colour = colours[goal];
        const band = (low, high, alpha, name) => ({ x: closed, y: [...fan[high], ...[...fan[low]].reverse()], fill: "toself", type: "scatter", mode: "lines", line: { width: 0 },
          fillcolor: colour + alpha, hoverinfo: "skip", name, showlegend: false, meta: low });
        const line = (values, name, look) => ({ x, y: values, type: "scatter", mode: "lines", name, hovertemplate: "%{x|%m/%Y}: %{y:.1%}<extra></extra>", meta: "", ...look });
        const plan = this.boot.plan.filter((p) => p.id === goal && (row.base === p.base_as_written || row.base === p.base_as_reported));
        const seen = row.base === "lfs_working_age" ? { date: [], value: [] } : this.boot.published[goal];
        const traces = [
          band("p05", "p95", "26", "90"), band("p10", "p90", "33", "80"), band("p25", "p75", "47", "50"),
          line(a.baseline.fans[goal].p50, this.t("baseline"), { line: { color: c.grey, width: 1.6, dash: "dash" } }),
          line(fan.p50, this.t("median"), { line: { color: colour, width: 2.4 } }),
          { x: seen.date, y: seen.value, type: "scatter", mode: "markers", name: this.t("published"), marker: { color: "#fff", size: 5, line: { color: c.ink, width: 1 } },
            hovertemplate: "%{x|%m/%Y}: %{y:.1%}<extra></extra>", meta: "", showlegend: seen.date.length > 0 },
          { x: plan.map((p) => `${p.year}-12-31`), y: plan.map((p) => p.value), type: "scatter", mode: "markers", name: this.t("target"), meta: "",
            marker: { symbol: "diamond-open", size: 9, color: c.ink, line: { width: 1.6 } }, hovertemplate: "%{x|%Y}: %{y:.0%}<extra></extra>" },
          ...this.pins.filter((pin) => pin.answer).map((pin, k) => line(pin.answer.fans[goal].p50, pin.name, { line: { color: PIN_COLOURS[k], width: 1.8, dash: DASHES[k] }, meta: "pin" })),
        ];
        const level = { type: "line", xref: "paper", x0: 0, x1: 1, y0: row.required, y1: row.required, line: { color: c.ink, width: 1, dash: "dot" } };
        const known = { type: "line", yref: "paper", y0: 0, y1: 1, x0: this.boot.as_of, x1: this.boot.as_of, line: { color: c.grey, width: 1, dash: "dot" } };
        const step = goal === "vsi_coverage" ? 0.05 : 0.2;
        const top = this.ceiling(Math.max(row.required, ...fan.p95, ...plan.map((p) => p.value)), step);
        this.plot(goal, traces, this.layout({ shapes: [level, known], 
          xaxis: { range: [x[0], `${this.boot.until + 1}-03-31`], tickformat: "%Y" }, yaxis: { tickformat: ".0%", range: [0, top], dtick: step } }));
        this.plots[goal].small.textContent = this.capital(this.t("fan", { base: this.label("base", row.base) }));
        this.plots[goal].plot.setAttribute("aria-label", `${a.words.odds[goal].name}: ${a.words.odds[goal].range}`);
      }
    }

    drawBudget() {
      const a = this.answer, c = this.boot.colours, years = this.boot.budget_years, billion = (values) => values.map((v) => v / 1e9);
      const kind = this.split === "sources" ? "funding_source" : "programme_short";
      const names = Object.keys(a.budget[this.split]).filter((name) => a.budget[this.split][name].some((v) => Math.abs(v) > 0.5));
      const hover = `%{x}: %{y:,.0f}<extra>%{fullData.name}</extra>`;
      const bars = names.map((name, k) => ({ x: years, y: billion(a.budget[this.split][name]), type: "bar", name: this.capital(this.label(kind, name)), meta: name,
        marker: { color: name === "service" ? c.service_programme : c[name] || c.cycle[k % c.cycle.length] }, hovertemplate: hover }));
      const t = a.budget.total, mean = billion(t.mean);
      const total = { x: years, y: mean, type: "scatter", mode: "markers", name: this.t("total"), meta: "", marker: { color: c.ink, size: 6 }, hovertemplate: hover,
        error_y: { type: "data", symmetric: false, array: billion(t.p90).map((v, k) => v - mean[k]), arrayminus: billion(t.p10).map((v, k) => mean[k] - v), color: c.ink, thickness: 1.2, width: 4 } };
      const base = { x: years, y: billion(a.baseline.budget.total.mean), type: "scatter", mode: "markers", name: this.t("baseline_total"), meta: "",
        marker: { symbol: "line-ew-open", size: 26, color: "#444", line: { width: 2 } }, hovertemplate: hover };
      const top = this.ceiling(Math.max(...billion(t.p90), ...billion(a.baseline.budget.total.mean)), 500);
      this.plot("budget", [...bars, base, total], this.layout({ barmode: "stack", bargap: 0.35, margin: { l: 56, r: 12, t: 8, b: 26 }, xaxis: { dtick: 1, tickformat: "d" }, yaxis: { tickformat: ",.0f", range: [0, top] } }));
    }

    drawCost() {
      const a = this.answer, goal = this.state.goal, c = this.boot.colours, name = this.capital(this.label("target_short", goal));
      const points = [{ name: this.t("baseline_short"), cost: null, p: a.baseline.odds[goal].probability, e: 0, colour: c.grey, symbol: "circle-open" },
        ...this.pins.filter((pin) => pin.answer).map((pin, k) => ({ name: pin.name, cost: pin.answer.cost, p: pin.answer.odds[goal].probability, e: pin.answer.odds[goal].mc_error, colour: PIN_COLOURS[k], symbol: "square" })),
        { name: this.t("this"), cost: a.cost, p: a.odds[goal].probability, e: a.odds[goal].mc_error, colour: c.blue || c.si, symbol: "circle" }];
      const traces = points.map((point) => ({ x: [point.cost ? point.cost.mean / 1e9 : 0], y: [point.p], type: "scatter", mode: "markers+text", name: point.name, text: [point.name], meta: "moves",
        textposition: point.cost && point.cost.mean > 0 ? "top left" : "top right", showlegend: false, marker: { color: point.colour, size: 11, symbol: point.symbol, line: { width: 2, color: point.colour } },
        error_x: point.cost ? { type: "data", symmetric: false, array: [(point.cost.p90 - point.cost.mean) / 1e9], arrayminus: [(point.cost.mean - point.cost.p10) / 1e9], thickness: 1.2, color: point.colour } : { visible: false },
        error_y: { type: "data", array: [1.96 * point.e], thickness: 1.2, color: point.colour },
        hovertemplate: "%{x:,.0f}; %{y:.0%}<extra>%{fullData.name}</extra>" }));
      const zones = [[0, 0.2, "#eec5b3"], [0.2, 0.5, "#f6dcb0"], [0.5, 0.8, "#c4e0f1"], [0.8, 1, "#b0d9cc"]].map(([y0, y1, fillcolor]) =>
        ({ type: "rect", xref: "paper", x0: 0, x1: 1, y0, y1, fillcolor, opacity: 0.45, line: { width: 0 }, layer: "below" }));
      const reach = points.flatMap((p) => (p.cost ? [p.cost.p10, p.cost.mean, p.cost.p90] : [0])).map((v) => v / 1e9);
      const far = Math.max(200, ...reach.map(Math.abs)), left = Math.min(0, ...reach) < 0 ? -this.ceiling(-Math.min(...reach), far > 1000 ? 500 : 100) : -0.06 * far;
      this.plot("cost", traces, this.layout({ margin: { l: 46, r: 16, t: 8, b: 44 }, shapes: zones, xaxis: { range: [left, this.ceiling(Math.max(200, ...reach), far > 1000 ? 500 : 100)], title: { text: this.t("cost_axis", { until: this.boot.until }), font: { size: 11 } }, tickformat: ",.0f", zeroline: true, zerolinecolor: c.grey },
        yaxis: { range: [-0.02, 1.05], tickformat: ".0%", tickvals: [0, 0.2, 0.5, 0.8, 1] } }));
      this.plots.cost.small.textContent = this.t("odds_axis", { name });
      this.plots.cost.plot.setAttribute("aria-label", `${this.t("this")}: ${a.words.cost}, ${a.words.odds[goal].odds}`);
    }

    drawTable() {
      const heads = ["column_item", "column_mean", "column_median", "column_range"].map((key) => el("th", { scope: "col" }, this.t(key)));
      const rows = this.answer.words.rows.map(([first, ...rest]) => el("tr", {}, el("th", { scope: "row" }, first), ...rest.map((text) => el("td", {}, text))));
      this.tableBody.replaceChildren(el("table", {}, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows)));
    }

    /* ---- keeping and comparing --------------------------------------------------------------------------------- */
    pin() {
      if (this.pins.length >= MOST_PINS) { this.alert.textContent = this.t("pin_full"); return; }
      const names = this.pins.map((pin) => pin.name);
      let name = this.state.name, k = 2;
      while (names.includes(name)) name = `${this.state.name} ${k++}`;
      const pin = { link: this.link(), name, answer: this.answer };
      this.pins.push(pin);
      this.redrawPins();
      if (this.refined !== this.number) this.load(pin);
    }

    async load(pin) { // quickly, then on as many draws as the setting on the screen, so that both can be compared
      for (const fine of [false, true]) {
        const answer = await this.ask({ link: pin.link, lang: this.lang }, fine, null).catch(() => ({ busy: true }));
        if (!this.pins.includes(pin)) return;
        if (answer.busy) { setTimeout(() => this.load(pin), RETRY_AFTER); return; }
        if (answer.wrong) { this.pins = this.pins.filter((p) => p !== pin); } else { pin.answer = answer; pin.fine = fine; }
        this.redrawPins();
      }
    }

    redrawPins() {
      this.drawPins();
      if (this.answer) { this.drawFans(); this.drawCost(); this.remember(); }
    }

    drawPins() {
      const add = el("button", { type: "button", id: "bx-pin", on: { click: () => this.pin() } }, this.t("pin"));
      if (!this.pins.length) { this.pinBox.replaceChildren(el("div", { class: "bx-buttons" }, add), el("p", { class: "bx-note" }, this.t("no_pins"))); return; }
      const goals = [...this.boot.goals, "all"];
      const head = el("tr", {}, el("th", { scope: "col" }, this.t("column_setting")), ...goals.map((g) => el("th", { scope: "col" }, this.capital(this.label("target_short", g)))), el("th", { scope: "col" }, this.t("column_cost")), el("td", {}));
      const rows = this.pins.filter((pin) => pin.answer).map((pin, k) => {
        const swatch = el("span", { class: "bx-swatch" });
        swatch.style.background = PIN_COLOURS[k];
        const open = el("button", { type: "button", "aria-label": this.t("show_pin", { name: pin.name }), on: { click: () => this.open(pin) } }, "↩");
        const drop = el("button", { type: "button", "aria-label": this.t("unpin", { name: pin.name }), on: { click: () => { this.pins.splice(this.pins.indexOf(pin), 1); this.redrawPins(); document.getElementById("bx-pin")?.focus(); } } }, "✕");
        return el("tr", { "data-pin": pin.link }, el("th", { scope: "row" }, swatch, pin.name), ...goals.map((g) => el("td", {}, pin.answer.words.odds[g].odds)), el("td", {}, `${pin.answer.words.cost} (${pin.answer.words.cost_range})`), el("td", {}, open, " ", drop));
      });
      this.pinBox.replaceChildren(el("div", { class: "bx-buttons" }, add), el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows)));
    }

    open(pin) {
      const { lang, pins } = this;
      this.read(pin.link);
      Object.assign(this, { lang, pins, unread: null });
      this.build();
      this.touch(null);
    }

    /* ---- taking along ------------------------------------------------------------------------------------------ */
    csv() {
      const rows = [["setting", "draws", "item", "year", "base", "unit", "mean", "p10", "p50", "p90", "probability", "mc_error"]];
      const number = (v) => (v === undefined || v === null ? "" : String(Number(v.toPrecision(10))));
      const each = (name, a) => {
        for (const [id, o] of Object.entries(a.odds)) rows.push([name, a.draws, id, o.year ?? a.odds[this.boot.goals[0]].year, o.base ?? "none", "share", number(o.mean), number(o.p10), number(o.p50), number(o.p90), number(o.probability), number(o.mc_error)]);
        for (const [id, p] of Object.entries(a.people)) rows.push([name, a.draws, id, a.odds[this.boot.goals[0]].year, "none", "persons", number(p.mean), number(p.p10), number(p.p50), number(p.p90), "", ""]);
        a.years.forEach((year, k) => {
          const t = a.budget.total;
          rows.push([name, a.draws, "budget_total", year, "none", "VND", number(t.mean[k]), number(t.p10[k]), number(t.p50[k]), number(t.p90[k]), "", ""]);
          for (const kind of ["sources", "programmes"]) for (const [id, values] of Object.entries(a.budget[kind])) rows.push([name, a.draws, `budget_${kind === "sources" ? "source" : "programme"}_${id}`, year, "none", "VND", number(values[k]), "", "", "", "", ""]);
        });
        rows.push([name, a.draws, "cost_above_baseline", `${a.years[0]}-${a.years[a.years.length - 1]}`, "none", "VND", number(a.cost.mean), number(a.cost.p10), number(a.cost.p50), number(a.cost.p90), "", ""]);
      };
      each(this.answer.name, this.answer);
      for (const pin of this.pins) if (pin.answer) each(pin.name, pin.answer);
      return rows.map((row) => row.map((cell) => (/[",\n]/.test(cell) ? `"${String(cell).replace(/"/g, '""')}"` : cell)).join(",")).join("\n") + "\n";
    }

    file(name, content, type) {
      const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
      const anchor = el("a", { href: url, download: name });
      document.body.append(anchor);
      anchor.click();
      anchor.remove();
      setTimeout(() => URL.revokeObjectURL(url), 10000);
    }

    async picture() {
      const keys = [...this.boot.goals, "budget", "cost"], w = 640, h = 330, scale = 2, top = 190;
      const canvas = el("canvas", { width: 2 * w * scale, height: (top + 3 * (h + 30) + 40) * scale });
      const pen = canvas.getContext("2d");
      pen.scale(scale, scale);
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      const write = (text, x, y, font, colour = "#222") => { pen.font = `${font} "Noto Sans", "DejaVu Sans", Arial`; pen.fillStyle = colour; pen.fillText(text, x, y); };
      const scenario = this.boot.scenarios.find((s) => s.id === this.state.start), world = this.boot.worlds.find((s) => s.id === this.state.world);
      write(`${this.answer.name}: ${scenario.title[this.lang]}; ${world.title[this.lang]}`, 16, 28, "bold 18px");
      write(this.t("draft"), 16, 48, "12px", "#8a3000");
      Object.values(this.answer.words.odds).forEach((o, k) => write(`${o.name}: ${o.odds} (${o.words}; ${o.error}). ${[o.required, o.base, o.range].filter(Boolean).join(", ")}`, 16, 72 + 20 * k, "12px"));
      for (const [k, key] of keys.entries()) {
        const { plot, heading, small } = this.plots[key], image = new Image();
        image.src = await Plotly.toImage(plot, { format: "png", width: w, height: h, scale });
        await image.decode();
        const x = (k % 2) * w, y = top + Math.floor(k / 2) * (h + 30);
        write(`${heading.textContent}. ${small.textContent}`.slice(0, 105), x + 16, y, "bold 11px");
        pen.drawImage(image, x, y + 6, w, h);
      }
      write(this.t("source", { date: this.day(this.boot.as_of), seed: this.boot.seed }), 16, top + 3 * (h + 30) + 20, "11px", "#595959");
      canvas.toBlob((blob) => this.file(`${this.answer.name}.png`, blob, "image/png"));
    }

    async copyLink() {
      const address = this.options.address ? this.options.address(this.fullLink()) : this.fullLink();
      try { await navigator.clipboard.writeText(address); } catch { window.prompt(this.t("copy"), address); }
      this.say(this.t("copied"));
    }

    start() {
      this.build();
      this.touch(null);
      for (const link of this.linkPins) {
        const pin = { link, name: new URLSearchParams(link).get("name") || "setting", answer: null };
        const names = this.pins.map((p) => p.name);
        let k = 2;
        const plain = pin.name;
        while (names.includes(pin.name)) pin.name = `${plain} ${k++}`;
        this.pins.push(pin);
        this.load(pin);
      }
    }
  }

  scope.bhxhExplorer = { mount(root, boot, ask, options = {}) { const panel = new Panel(root, boot, ask, options); panel.start(); return panel; } };
})(globalThis);
