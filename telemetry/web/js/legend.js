// The names of what is plotted, with the value at the cursor or the last one.

import { fill, h, setText } from "./dom.js";
import { utc, when } from "./format.js";
import { lowerBound } from "./downsample.js";
import { number } from "./units.js";

/** {node, set(series, failed, edge), cursor(index, left, chart)}; edge is the present when the plot shows it, else null. */
export function legend(onRemove) {
  const node = h("div", { id: "plot-legend", class: "legend big" });
  const at = h("time", { class: "at" });
  let rows = [], made = "", present = [], edge = null;
  function set(series, failed, liveEdge) {
    edge = liveEdge;
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
    present.forEach((s, i) => rows[i] && setText(rows[i].value, t === null ? newest(s, edge) : valueAt(s, t)));
    setText(at, t === null ? "" : when(t * 1000, Date.now()));
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

const FRESH = 120; // s: what is older than this is not the present value

// The newest value, if it is one of now; nothing for a stretch of the past.
function newest(s, edge) {
  const last = s.data.t.length - 1;
  if (edge === null || last < 0) return "";
  return edge - s.data.t[last] > FRESH || s.data.mean[last] == null ? "no value" : number(s.data.mean[last]);
}

// The value that holds at t: the last one not after it, unless there is a gap.
function valueAt(s, t) {
  const { t: times, mean } = s.data;
  if (!times.length) return "–";
  let i = lowerBound(times, t);
  if (i >= times.length || times[i] > t) i--;
  if (i < 0) return "–";
  return mean[i] == null ? "gap" : number(mean[i]);
}
