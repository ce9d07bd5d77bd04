// The names of what is plotted, each at the end of its curve with its present value; and what the cursor reads.

import { fill, h, setName, setText } from "./dom.js";
import { clock, span, utc, when } from "./format.js";
import { apart } from "./layout.js";
import { lowerBound } from "./downsample.js";
import { number } from "./units.js";

const ROOM = 36; // px of a name and its value
const ABOVE = 36; // px at the top that the way to add a curve takes

/** The value that is drawn at t: of a bar or a curve the one that holds, null in a gap, undefined where nothing is known. */
export function valueAt(s, t, end = Infinity) {
  const i = placeOf(s, t);
  if (i < 0 || t > end) return undefined;
  return s.data.mean[i];
}

const placeOf = (s, t) => lowerBound(s.data.t, t + 1e-9) - 1;

/** "< " or "> " where what is drawn at t was under or over range, else "". */
export function beyondAt(s, t, bounds = []) {
  const of = s.data.t[placeOf(s, t)] - (s.offset ?? 0);
  return { at_most: "< ", at_least: "> " }[bounds.find((b) => b.key === s.key && of >= b.from - 1e-3 && of <= b.to + 1e-3)?.bound] ?? "";
}

// A value under or over range is a limit, and never stands as a number of its own.
function text(s, v, beyond = "") {
  return v === undefined ? "–" : v === null ? "no value" : `${beyond}${number(v, s.step ? undefined : s.digits)}${s.unit ? ` ${s.unit}` : ""}`;
}

/** {node, set(series, geometry, failed, edge, picture, lost)}; edge is the present where the plot shows it, else null; lost: nobody knows what is now. */
export function curveNames(onRemove, onFirst) {
  const node = h("div", { id: "plot-legend", class: "ends" });
  let rows = [], made = "", labels = [], formed = "";
  function set(series, g, failed, edge, { compare, bounds }, lost = false) {
    const list = [...series.filter((s) => !s.step), ...(compare ? [compare] : [])], mark = list.map((s) => s.key + s.color + s.label).join();
    if (mark !== made) {
      rows = list.map((s) => row(s, onRemove, onFirst));
      fill(node, rows.map((r) => r.node));
      made = mark;
    }
    const end = edge ?? g.to;
    const places = list.map((s) => ({ s, v: s.data.mean.findLast((v) => v !== null) }));
    // A name stands where its curve ended when it was put there: what follows the curve, or makes room for a run or a lane, moves away under the hand.
    const form = [mark, g.top + g.height, edge === null ? `${g.from} ${g.to}` : Math.round(g.to - g.from), ...places.map(({ s, v }) => v == null || !g.scales.has(s.unit))].join();
    if (form !== formed) labels = apart(places.map(({ s, v }) => ({ y: v == null || !g.scales.has(s.unit) ? g.top + g.above / 2 : g.y(s.unit, v) })), ROOM, Math.max(g.top, ABOVE), g.top + g.above);
    formed = form;
    list.forEach((s, i) => {
      rows[i].node.style.top = `${labels[i].at}px`;
      places[i].y = labels[i].at;
      const at = Math.min(end, s.end ?? end);
      setText(rows[i].value, s.compare ? text(s, valueAt(s, at)) : edge === null ? "" : lost ? "not known" : text(s, valueAt(s, at), beyondAt(s, at, bounds)));
      setText(rows[i].problem, failed.get(s.key) ? `no history: ${failed.get(s.key)}` : "");
    });
    return places.map(({ s, y }, i) => ({ label: s.label, color: s.color, y, value: rows[i].value.textContent }));
  }
  return { node, set };
}

function row(s, onRemove, onFirst) {
  const value = h("b", { class: "number" }), problem = h("small", { class: "bad" });
  const name = h("button", { class: "name", title: s.compare ? "" : `${s.label}: compare this curve`, onclick: () => s.compare || onFirst(s.key) });
  setName(name, s.label);
  name.style.color = `var(${s.color})`;
  const node = h("div", { class: "entry", data: { series: s.key } }, name, h("span", { class: "under" }, value, h("button", { class: "icon", "aria-label": `remove ${s.label}`, onclick: () => onRemove(s.key) }, "✕")), problem);
  return { node, value, problem };
}

/** {node, show(t, left, series, picture, geometry, marks)}: the box beside the cursor; t null hides it. */
export function readout() {
  const node = h("div", { id: "plot-cursor", class: "readout", hidden: true, "aria-hidden": "true" });
  function show(t, left, series, picture, g, marks) {
    node.hidden = t === null;
    if (t === null) return;
    const gap = picture.gaps.find((x) => !x.key && t > x.from && t < x.to), { compare, t0 } = picture;
    const why = (s) => picture.gaps.find((x) => (!x.key || x.key === s.key) && t > x.from && t < x.to)?.cause;
    const lines = series.filter((s) => !s.step).map((s) => line(s, text(s, valueAt(s, t, picture.end), beyondAt(s, t, picture.bounds)), s.color, valueAt(s, t, picture.end) == null && why(s)));
    if (compare) lines.push(line(compare, text(compare, valueAt(compare, t, compare.end)), "--dim"));
    const at = h("time", { class: "at", title: utc(t * 1000) }, when(t * 1000, picture.end * 1000, g.to - g.from < 7200), t0 == null ? "" : ` · t0 ${t < t0 ? "−" : "+"} ${span(Math.abs(t - t0))}`);
    fill(node, at, lines, picture.bars.length ? h("p", {}, open(picture.bars, t)) : null, gap && h("p", { class: "gap" }, gap.label),
      marks.slice(0, 4).map((m) => h("p", { class: "mark" }, `${clock(m.t * 1000, false)} ${m.label}`)), marks.length > 4 && h("p", {}, `and ${marks.length - 4} more`));
    const right = left + g.left + 16 + 250 < g.left + g.width;
    node.style.left = right ? `${left + g.left + 16}px` : "";
    node.style.right = right ? "" : `${node.parentElement.clientWidth - left - g.left + 16}px`;
    node.style.top = `${g.top + 12}px`;
  }
  return { node, show };
}

function line(s, value, color, why) {
  const name = h("span", {}, s.label);
  name.style.color = `var(${color})`;
  return h("p", { class: "line", data: { series: s.key } }, name, h("b", {}, why || value));
}

function open(bars, t) {
  const is = (state) => bars.filter((b) => b.stretches.some((x) => x.from <= t && x.to > t && x.state === state)).map((b) => b.name).join(", ");
  return `open: ${is(1) || "none"}${is(null) ? ` · not known: ${is(null)}` : ""}`;
}
