// A chart over time, drawn by uPlot: a log axis for pressures, an axis for each unit, the envelope of what was downsampled, gaps as
// gaps, and events on the curves.

import { colour, fill } from "./dom.js";
import { number } from "./units.js";
import { HEADROOM, overlay } from "./marks.js";

const INKS = ["--blue", "--amber", "--green", "--violet", "--red", "--teal", "--pink", "--olive"];

/** The colour variable of the i-th series. */
export const ink = (i) => INKS[i % INKS.length];

/** Chart draws series [{key, label, unit, log, step, color, data: {t, min, mean, max}}] (values as people read them). */
export class Chart {
  constructor(host, { height = () => 260, onZoom = () => {}, onCursor = () => {}, onMark = () => {} } = {}) {
    Object.assign(this, { host, height, onZoom, onCursor, onMark });
    this.extra = { marks: [], gaps: [], replays: [], bounds: [] };
    new ResizeObserver(() => this.resize()).observe(host);
    document.addEventListener("theme", () => this.#again());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#again());
  }

  /** Shows series between from and to (epoch seconds) with {marks, gaps, replays}. */
  draw(series, from, to, extra) {
    this.series = series;
    this.range = [from, to];
    this.extra = extra;
    const shape = series.map((s) => [s.key, s.label, s.unit, s.log].join()).join(";");
    const data = this.#data();
    if (shape !== this.shape || !this.plot) this.#build(shape, data);
    else this.plot.setData(data, true);
  }

  resize() {
    const width = this.host.clientWidth;
    if (this.plot && width) this.plot.setSize({ width, height: this.height() });
  }

  #again() {
    if (!this.plot) return;
    this.shape = "";
    this.draw(this.series, ...this.range, this.extra);
  }

  #data() {
    const [from, to] = this.range;
    const tables = this.series.map((s) => [s.data.t, s.data.mean, s.data.min, s.data.max]);
    const joined = tables.length ? uPlot.join(tables, tables.map((t) => t.map(() => 1))) : [[]];
    if (joined[0].length === 0) return [[from, to], ...this.series.flatMap(() => [[null, null], [null, null], [null, null]])];
    return joined;
  }

  #build(shape, data) {
    this.shape = shape;
    this.plot?.destroy();
    fill(this.host);
    const scales = { x: { time: true, range: () => this.range } };
    for (const s of this.series) scales[s.unit || "state"] ??= scale(s);
    const options = {
      width: this.host.clientWidth || 600, height: this.height(), scales, legend: { show: false }, padding: [HEADROOM, 22, 0, 0],
      cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 6 }, focus: { prox: 24 } },
      focus: { alpha: 1 },
      series: [{}, ...this.series.flatMap(lines)], bands: this.series.map(band), axes: [timeAxis(), ...valueAxes(this.series)],
      plugins: [overlay(this)],
      hooks: { setCursor: [(u) => this.onCursor(u.cursor.idx, u.cursor.left)], setSelect: [(u) => this.#select(u)], ready: [(u) => this.#listen(u)] },
    };
    this.plot = new uPlot(options, data, this.host);
  }

  #select(u) {
    const { left, width } = u.select;
    if (width < 8) return;
    this.onZoom(u.posToVal(left, "x"), u.posToVal(left + width, "x"));
    u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  }

  #listen(u) {
    u.over.addEventListener("dblclick", () => this.onZoom(null, null));
    u.over.addEventListener("click", (e) => {
      const at = (e.clientX - u.over.getBoundingClientRect().left);
      const near = this.extra.marks.map((m) => [Math.abs(u.valToPos(m.t, "x") - at), m]).sort((a, b) => a[0] - b[0])[0];
      if (near && near[0] < 7) this.onMark(near[1]);
    });
    u.over.addEventListener("wheel", (e) => {
      if (!e.ctrlKey && !e.shiftKey) return;
      e.preventDefault();
      const [from, to] = this.range, middle = u.posToVal(u.cursor.left, "x");
      const f = (e.deltaY || e.deltaX) > 0 ? 1.25 : 0.8;
      this.onZoom(middle - (middle - from) * f, middle + (to - middle) * f);
    }, { passive: false });
  }
}

function scale(s) {
  if (s.step) return { range: [-0.15, 1.6] };
  if (s.log) return { distr: 3, log: 10, range: (u, low, high) => decades(low, high) };
  return { range: (u, low, high) => (low == null ? [0, 1] : padded(low, high)) };
}

function decades(low, high) {
  if (low == null || !(low > 0)) return [1e-9, 1e-6];
  return [10 ** Math.floor(Math.log10(low) + 1e-9), 10 ** Math.max(Math.ceil(Math.log10(high) - 1e-9), Math.floor(Math.log10(low) + 1e-9) + 1)];
}

function padded(low, high) {
  const room = Math.max((high - low) * 0.12, Math.abs(high) * 0.002, 1e-12);
  return [low - room, high + room];
}

function lines(s) {
  const stroke = colour(s.color);
  const common = { scale: s.unit || "state", spanGaps: false, points: { show: false } };
  if (s.step) common.paths = uPlot.paths.stepped({ align: 1 });
  return [
    { ...common, label: s.label, stroke, width: 1.6, points: { show: (u, i, from, to) => to - from < 20, size: 4, fill: stroke } },
    { ...common, stroke: "transparent", width: 0 }, { ...common, stroke: "transparent", width: 0 },
  ];
}

function band(s, i) {
  return { series: [3 * i + 3, 3 * i + 2], fill: colour(s.color).replace(/^rgb\((.*)\)$/, "rgba($1, 0.22)") };
}

const FONT = "11px ui-monospace, 'DejaVu Sans Mono', monospace";

function look() {
  return { stroke: colour("--dim"), font: FONT, labelFont: FONT, grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line"), width: 1, size: 4 } };
}

function timeAxis() {
  return { ...look(), space: 90, values: TIMES };
}

// uPlot's table of time formats: step, format, and what is added where a year, day or minute begins.
const TIMES = [
  [86400 * 28, "{YYYY}-{MM}", null, null, null, null, null, null, 1],
  [86400, "{MM}-{DD}", "\n{YYYY}", null, null, null, null, null, 1],
  [3600, "{HH}:{mm}", "\n{YYYY}-{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
  [60, "{HH}:{mm}", "\n{YYYY}-{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
  [1, "{HH}:{mm}:{ss}", "\n{YYYY}-{MM}-{DD}", null, "\n{MM}-{DD}", null, null, null, 1],
  [0.001, "{HH}:{mm}:{ss}.{fff}", null, null, null, null, null, null, 1],
];

function valueAxes(series) {
  const units = new Map(series.map((s) => [s.unit || "state", s]));
  return [...units.entries()].map(([unit, s], i) => ({
    ...look(), scale: unit, side: i % 2 ? 1 : 3, label: unit, labelSize: 16, labelGap: 0, size: 62,
    ...(s.log && { splits: (u, axis, low, high) => powers(low, high) }),
    grid: { show: i === 0, stroke: colour("--line"), width: 1 },
    ...(s.step && { splits: () => [0, 1] }),
    values: s.step ? (u, v) => v.map(String) : (u, v, axis, space, step) => v.map((x) => (x == null ? "" : tick(x, s.log, step))),
  }));
}

// Whole decades only, every second or third one where there are many.
function powers(low, high) {
  const a = Math.round(Math.log10(low)), b = Math.round(Math.log10(high)), step = Math.ceil((b - a) / 8);
  return Array.from({ length: Math.floor((b - a) / step) + 1 }, (_, i) => 10 ** (a + i * step));
}

function tick(x, log, step) {
  if (!log && Math.abs(x) < 1e5 && step > 1e-5) return x.toFixed(Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
  if (!log) return number(x).replace(/\.?0+e/, "e");
  return x.toExponential(0).replace("e+", "e");
}
