// A drawing over the time of one run or one trip: bands of phases, panels of curves, bars of what was open or on. It stands still, and prints:
// SVG, every element from here. Times are seconds after t0.

import { setText, svg } from "./dom.js";
import { number } from "./units.js";
import { lasted } from "./runwords.js";

const LEFT = 92, RIGHT = 12, PANEL = 132, BAR = 17, BAND = 20, AXIS = 24;
const INKS = ["--blue", "--teal", "--pink", "--olive", "--violet"];

/** The colour of the i-th curve. */
export const inkOf = (i) => `var(${INKS[i % INKS.length]})`;

/**
 * Draws {from, to, phases: [{name, from, to}], panels: [{unit, log, curves: [{label, t, v, grey, step}]}], bars: [{label, spans: [[a, b]], kind}],
 * marks: [{t, text, kind}]} into an SVG of the given width.
 */
export function timePlot({ from, to, phases = [], panels = [], bars = [], marks = [], label = "" }, width) {
  const x = (t) => LEFT + ((Math.min(Math.max(t, from), to) - from) / (to - from || 1)) * (width - LEFT - RIGHT);
  const parts = [];
  let y = 0;
  if (phases.length) {
    parts.push(...phases.flatMap((p) => band(p, x)));
    y += BAND;
  }
  for (const panel of panels) {
    parts.push(...drawPanel(panel, x, y, width));
    y += PANEL;
  }
  for (const bar of bars) {
    parts.push(...drawBar(bar, x, y, width));
    y += BAR;
  }
  for (const m of marks) parts.push(...drawMark(m, x, y));
  parts.push(...timeAxis(from, to, x, y));
  return svg("svg", { viewBox: `0 0 ${width} ${y + AXIS}`, width, height: y + AXIS, class: "timeplot", role: "img", "aria-label": label }, ...parts);
}

function text(x, y, words, more = {}) {
  const node = svg("text", { x, y, ...more });
  setText(node, words);
  return node;
}

function band(phase, x) {
  const a = x(phase.from), b = x(phase.to);
  const title = svg("title", {});
  setText(title, `${phase.name}, ${lasted(phase.to - phase.from)}`);
  const wide = b - a > 7 * phase.name.length + 8;
  return [svg("rect", { x: a, y: 0, width: Math.max(b - a - 1, 1), height: BAND - 4, class: "band" }, title), ...(wide ? [text(a + 5, 12, phase.name, { class: "on-band" })] : [])];
}

/** The extent of curves: [low, high] in whole decades for a log axis; null where there is no value. */
export function extent(curves, log) {
  let low = Infinity, high = -Infinity;
  for (const c of curves) {
    for (const v of c.v) {
      if (v == null || (log && v <= 0)) continue;
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
  }
  if (low > high) return null;
  if (log) {
    const a = Math.floor(Math.log10(low) + 1e-9), b = Math.max(Math.ceil(Math.log10(high) - 1e-9), a + 1);
    return [10 ** a, 10 ** b];
  }
  const room = Math.max((high - low) * 0.1, Math.abs(high) * 0.002, 1e-12);
  return [low - room, high + room];
}

function drawPanel(panel, x, top, width) {
  const range = extent(panel.curves, panel.log), bottom = top + PANEL - 14, height = PANEL - 28;
  if (!range) return [text(LEFT, top + 30, "no value in this time", { class: "dim" })];
  const scale = panel.log ? (v) => (Math.log10(v) - Math.log10(range[0])) / (Math.log10(range[1]) - Math.log10(range[0])) : (v) => (v - range[0]) / (range[1] - range[0]);
  const y = (v) => bottom - scale(v) * height;
  const lines = ticks(range, panel.log).flatMap((v) => [
    svg("line", { x1: LEFT, x2: width - RIGHT, y1: y(v), y2: y(v), class: "grid" }),
    text(LEFT - 6, y(v) + 4, panel.log ? v.toExponential(0).replace("e+", "e") : number(v), { class: "tick end" }),
  ]);
  const curves = panel.curves.map((c, i) => svg("path", { d: pathOf(c, x, y, panel.log), class: c.grey ? "curve grey" : "curve", "data-ink": i % INKS.length }));
  return [...lines, ...curves, text(LEFT - 6, top + 10, panel.unit, { class: "dim end" })];
}

function ticks([low, high], log) {
  if (log) {
    const a = Math.round(Math.log10(low)), b = Math.round(Math.log10(high)), step = Math.ceil((b - a) / 4);
    return Array.from({ length: Math.floor((b - a) / step) + 1 }, (_, i) => 10 ** (a + i * step));
  }
  return [low + (high - low) * 0.1, (low + high) / 2, high - (high - low) * 0.1];
}

/** The path of a curve; it breaks where there is no value, and of many points in one pixel it keeps the first, the extremes and the last. */
export function pathOf({ t, v, step }, x, y, log) {
  let d = "", pen = false, column = null;
  const flush = () => {
    if (!column) return;
    for (const [px, py] of column.points()) d += `${pen ? "L" : "M"}${px.toFixed(1)} ${py.toFixed(1)}`, pen = true;
    column = null;
  };
  let last = null;
  for (let i = 0; i < t.length; i++) {
    if (v[i] == null || (log && v[i] <= 0)) {
      flush();
      pen = false;
      last = null;
      continue;
    }
    const px = x(t[i]), py = y(v[i]);
    if (step && last != null) {
      column ??= new Column(px, last);
      column.add(px, last);
    }
    if (column && Math.abs(px - column.x) >= 1) flush();
    column ??= new Column(px, py);
    column.add(px, py);
    last = py;
  }
  flush();
  return d;
}

// The points of one pixel's width.
class Column {
  constructor(x, y) {
    Object.assign(this, { x, first: y, low: y, high: y, last: y });
  }

  add(x, y) {
    this.end = x;
    this.low = Math.min(this.low, y);
    this.high = Math.max(this.high, y);
    this.last = y;
  }

  points() {
    const all = [[this.x, this.first], [this.x, this.low], [this.x, this.high], [this.end ?? this.x, this.last]];
    return all.filter(([px, py], i) => i === 0 || px !== all[i - 1][0] || py !== all[i - 1][1]);
  }
}

function drawBar(bar, x, y, width) {
  const middle = y + BAR / 2;
  const label = bar.label.length > 13 ? `${bar.label.slice(0, 12)}…` : bar.label;
  return [
    text(LEFT - 6, middle + 4, label, { class: "tick end" }),
    svg("line", { x1: LEFT, x2: width - RIGHT, y1: middle, y2: middle, class: "grid" }),
    ...bar.spans.map(([a, b]) => svg("rect", { x: x(a), y: middle - 4, width: Math.max(x(b) - x(a), 1.5), height: 8, class: `bar ${bar.kind ?? ""}` })),
  ];
}

function drawMark(m, x, height) {
  const title = svg("title", {});
  setText(title, m.text);
  const at = x(m.t);
  return [svg("line", { x1: at, x2: at, y1: 0, y2: height, class: `at ${m.kind ?? ""}` }, title), ...(m.word ? [text(at + 4, 11, m.word, { class: `word ${m.kind ?? ""}` })] : [])];
}

const STEPS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800];

function timeAxis(from, to, x, y) {
  const step = STEPS.find((s) => (to - from) / s <= 9) ?? 86400;
  const out = [];
  for (let t = Math.ceil(from / step) * step; t <= to; t += step) out.push(text(x(t), y + 15, after(t), { class: "tick middle" }));
  return out;
}

function after(t) {
  const s = Math.abs(Math.round(t)), sign = t < 0 ? "−" : "";
  const two = (n) => String(n).padStart(2, "0");
  return s >= 3600 ? `${sign}${Math.floor(s / 3600)}:${two(Math.floor((s % 3600) / 60))}:${two(s % 60)}` : `${sign}${Math.floor(s / 60)}:${two(s % 60)}`;
}
