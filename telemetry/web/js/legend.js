// The names of what is plotted, with the value at the cursor or the last one.

import { fill, h, setText } from "./dom.js";
import { clock, utc } from "./format.js";
import { lowerBound } from "./downsample.js";
import { number } from "./units.js";

/** {node, set(series, failed), cursor(index, left, chart)}. */
export function legend(onRemove) {
  const node = h("div", { id: "plot-legend", class: "legend big" });
  const at = h("time", { class: "at" });
  let rows = [], made = "", present = [];
  function set(series, failed) {
    present = series;
    const mark = series.map((s) => s.key + s.color + s.label + s.unit).join();
    if (mark !== made) {
      rows = series.map((s) => row(s, onRemove));
      fill(node, rows.map((r) => r.node), at);
      made = mark;
    }
    if (!node.dataset.cursor) show(null);
    rows.forEach((r, i) => setText(r.problem, failed.get(series[i].key) ? `no history: ${failed.get(series[i].key)}` : ""));
  }

  function show(t) {
    present.forEach((s, i) => rows[i] && setText(rows[i].value, valueAt(s, t)));
    setText(at, t === null ? "" : clock(t * 1000, false));
    at.title = t === null ? "" : utc(t * 1000);
  }

  function cursor(index, left, chart) {
    const on = index != null && left >= 0 && chart.plot;
    if (on) node.dataset.cursor = "yes";
    else delete node.dataset.cursor;
    show(on ? chart.plot.data[0][index] : null);
  }
  return { node, set, cursor };
}

function row(s, onRemove) {
  const swatch = h("i", { class: "swatch" });
  swatch.style.background = `var(${s.color})`;
  const value = h("b", { class: "number" }), problem = h("small", { class: "bad" });
  const node = h("span", { class: "entry", data: { series: s.key } }, swatch, h("span", {}, s.label), value, h("span", { class: "unit" }, s.unit), problem,
    h("button", { class: "icon", "aria-label": `remove ${s.label}`, onclick: () => onRemove(s.key) }, "✕"));
  return { node, value, problem };
}

// The value that holds at t: the last one not after it, unless there is a gap; the newest when t is null.
function valueAt(s, t) {
  const { t: times, mean } = s.data;
  if (!times.length) return "–";
  let i = t === null ? times.length - 1 : lowerBound(times, t);
  if (t !== null && (i >= times.length || times[i] > t)) i--;
  if (i < 0) return "–";
  return mean[i] == null ? "gap" : number(mean[i]);
}
