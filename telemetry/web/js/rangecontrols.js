// The time of a plot: ranges, pause, earlier and later, both ends.

import { h, setAttr, setText } from "./dom.js";
import { fromTo, localInput, utc } from "./format.js";
import { ofField } from "./twice.js";
import { menu } from "./menu.js";
import { RANGES } from "./plotplace.js";

const CHIPS = [[300, "5 min"], [1200, "20 min"], [21600, "6 h"], [604800, "7 d"]];

/** {nodes, pause, set({range, fixed, paused, from, to})}. */
export function rangeControls({ onRange, onBounds, onPause }) {
  let now = [0, 1];
  const chips = CHIPS.map(([s, text]) => h("button", { class: "chip", data: { range: s }, onclick: () => onRange(s) }, text));
  const span = h("select", { id: "plot-range", "aria-label": "range", onchange: () => onRange(Number(span.value)) }, h("option", { value: "", hidden: true }, "as chosen"), RANGES.map(([s, t]) => h("option", { value: s }, t)));
  const pause = h("button", { id: "plot-pause", "aria-pressed": "false", onclick: onPause }, "pause");
  const reset = h("button", { id: "plot-reset", onclick: () => onBounds(null) }, "now");
  const step = (part) => () => { const [a, b] = now; onBounds(a + (b - a) * part, b + (b - a) * part); };
  const since = time("plot-since", "from", () => onBounds(since.seconds(), now[1])), until = time("plot-until", "to", () => onBounds(now[0], until.seconds()), true);
  const words = h("summary", {}, "from – to"); // until there is a curve
  const between = menu({ id: "plot-span", class: "menu" }, words, h("div", { class: "list" }, [since, until].map((t) => h("label", {}, h("span", {}, t.label), t.node))));
  const nodes = [h("span", { class: "chips", role: "group", "aria-label": "ranges" }, chips), span, pause, reset,
    h("span", { class: "line" }, h("button", { class: "icon", "aria-label": "earlier", onclick: step(-0.5) }, "‹"), between, h("button", { class: "icon", "aria-label": "later", onclick: step(0.5) }, "›"))];
  function set({ range, fixed, paused, from, to, present }) {
    now = [from, to];
    span.value = fixed ? "" : String(range);
    for (const chip of chips) setAttr(chip, "aria-pressed", String(!fixed && chip.dataset.range === String(range)));
    setText(pause, paused ? "resume" : "pause");
    setAttr(pause, "aria-pressed", String(Boolean(paused)));
    pause.hidden = Boolean(fixed);
    reset.hidden = !fixed;
    setText(words, fromTo(from * 1000, to * 1000, present));
    setAttr(words, "title", `${utc(from * 1000)} to ${utc(to * 1000)}`);
    since.set(from);
    until.set(to);
  }
  return { nodes, pause, set };
}

function time(id, label, change, last = false) {
  const field = h("input", { id, type: "datetime-local", step: "1", onchange: () => field.value && change() });
  const set = (t) => {
    if (document.activeElement === field) return;
    const text = localInput(t * 1000);
    if (field.value !== text) field.value = text;
  };
  return { node: field, label, set, seconds: () => ofField(field.value, last) / 1000 };
}
