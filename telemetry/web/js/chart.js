// A chart over time: curves by uPlot, in panels by unit, each with the envelope of what was put together; around them what paint.js and lanes.js draw.

import { timeTicks } from "./timeaxis.js";
import { colour, fill } from "./dom.js";
import { AXIS, LEFT, geometry, headroom } from "./geometry.js";
import { groupsOf, lanes } from "./lanes.js";
import { over, under } from "./paint.js";
import { Pen } from "./pen.js";
import { PAINT } from "./steps.js";
import { havePlots, needPlots } from "./uplot.js";

const INKS = ["--blue", "--green", "--amber", "--teal", "--red", "--olive", "--pink", "--violet"];
const NEAR = 9; // px from a mark that count as on it

/** The colour variable of the i-th series. */
export const ink = (i) => INKS[i % INKS.length];

/**
 * Chart draws series [{key, label, unit, log, color, data, line}] (values as people read them) and a picture of what is around them: {end, runs, gaps,
 * limits, bounds, replays, bars, marks, compare, t0}, all but end optional. right() is the room kept for names beside the curves.
 */
export class Chart {
  constructor(host, { height = () => 260, right = () => 22, onZoom = () => {}, onCursor = () => {}, onMarks = () => {}, onHere = () => {} } = {}) {
    Object.assign(this, { host, height, right, onZoom, onCursor, onMarks, onHere });
    this.picture = { end: 0 };
    this.around = [under, over]; // what is drawn of the picture: nothing of it on a plot that is being made
    new ResizeObserver(() => this.resize()).observe(host);
    document.addEventListener("theme", () => this.#again());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#again());
  }

  /**
   * Shows series between from and to (epoch seconds) and the picture around them, in steps: of a first plot the canvas, the fonts and the colours are
   * made as well. Before uPlot is here it calls onHere when it came.
   */
  *draw(series, from, to, picture) {
    this.series = series.filter((s) => !s.step);
    this.range = [from, to];
    this.picture = picture;
    this.size = this.#sized(); // once: each look at it makes the browser lay out the page
    this.host.style.minHeight = `${this.size.height}px`; // what is below stands there before the plot does
    this.geometry = this.#measure();
    if (!havePlots()) return this.#whenHere();
    yield;
    if (!this.plot) yield* this.#first();
    const shape = [this.#lines().map((s) => [s.key, s.label, s.unit, s.log, s.color].join()).join(";"), headroom(picture), this.geometry.lanes.length, this.right()].join("|");
    if (shape !== this.shape || !this.plot) this.#build(shape, this.#data());
    else this.#renew();
  }

  // A page that lost its connection draws again when that is back.
  #whenHere() {
    if (this.waiting) return;
    this.waiting = true;
    needPlots().then(() => this.onHere(), () => {}).finally(() => (this.waiting = false));
  }

  // The plot empty, then with what lies under the curves; the curves and what is over them follow.
  *#first() {
    let init;
    this.around = [];
    this.#build("", this.#none(), (u, begin) => (this.host.append(u.root), (init = begin)));
    yield PAINT;
    init();
    yield PAINT;
    this.around = [under];
    this.plot.redraw(false);
    yield PAINT;
    this.around = [under, over];
  }

  #sized() {
    return { width: this.host.clientWidth || 600, height: this.height() };
  }

  // What is above may have become higher since.
  #renew() {
    const { width, height } = this.size;
    if (this.plot.width !== width || this.plot.height !== height) this.plot.setSize({ width, height });
    this.plot.setData(this.#data(), true);
  }

  #measure() {
    const [from, to] = this.range;
    return geometry(this.#lines(), this.picture, { ...this.size, right: this.right(), from, to });
  }

  // The comparison is a curve like the others, under them.
  #lines() {
    const { compare } = this.picture;
    return compare ? [compare, ...this.series] : this.series;
  }

  resize() {
    const width = this.host.clientWidth;
    if (!this.shape || !width || !this.series) return;
    const height = this.height();
    if (width === this.plot.width && height === this.plot.height) return; // it was told of the size that it was built for
    this.size = { width, height };
    this.host.style.minHeight = `${height}px`;
    this.geometry = this.#measure();
    this.plot.setSize({ width, height });
  }

  #again() {
    if (!this.shape) return;
    this.shape = "";
    this.onHere();
  }

  #none() {
    return [this.range, ...this.#lines().flatMap(() => [[null, null], [null, null], [null, null]])];
  }

  #data() {
    const tables = this.#lines().map((s) => [s.line.t, s.line.mean, s.line.min, s.line.max]);
    // 2: a null reaches to the next value of its own curve, whatever times the other curves have between
    const joined = tables.length ? uPlot.join(tables, tables.map((t) => t.map(() => 2))) : [[]];
    return joined[0].length === 0 ? this.#none() : joined;
  }

  #build(shape, data, into = this.host) {
    this.shape = shape;
    this.plot?.destroy();
    fill(this.host);
    const scales = { x: { time: true, range: () => this.range } }, all = this.#lines();
    for (const s of all) scales[s.unit] ??= { distr: s.log ? 3 : 1, log: 10, range: () => this.geometry.scales.get(s.unit)?.full ?? [0, 1] };
    const options = {
      ...this.size, scales, legend: { show: false }, padding: [headroom(this.picture), this.right(), 0, LEFT],
      cursor: { y: false, drag: { x: true, y: false, setScale: false }, points: { size: 6, show: (u, i) => (i % 3 === 1 ? point(u, i) : false) } },
      series: [{}, ...all.flatMap(lines)], bands: all.map((s, i) => band(s, i)).filter(Boolean), axes: [timeAxis(), ...Object.keys(scales).slice(1).map((scale) => ({ scale, show: false }))],
      hooks: {
        drawClear: [(u) => this.#pen(u, under, (pen) => under(pen, this.geometry, this.picture))],
        draw: [(u) => this.#pen(u, over, (pen) => { over(pen, this.geometry, this.picture, this.series); lanes(pen, this.geometry, this.picture); })],
        setCursor: [(u) => this.onCursor(u.cursor.left >= 0 ? u.posToVal(u.cursor.left, "x") : null, u.cursor.left)],
        setSelect: [(u) => this.#select(u)], ready: [(u) => this.#listen(u)],
      },
    };
    this.plot = new uPlot(options, data, into);
  }

  #pen(u, what, f) {
    if (this.around.includes(what)) new Pen(u.ctx, devicePixelRatio || 1).draw(f);
  }

  /** The marks near a place on the lane of events, in pixels of the canvas. */
  marksAt(x) {
    const { marks } = this.picture;
    if (!marks?.length) return [];
    const near = groupsOf(this.geometry, marks).map((m) => [Math.abs(this.geometry.x(m.t) - x), m]).sort((a, b) => a[0] - b[0])[0];
    return near && near[0] < NEAR ? near[1].marks : [];
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
      const box = this.host.getBoundingClientRect(), lane = this.geometry.lanes.find((l) => l.kind === "events");
      if (!lane || e.clientY - box.top < lane.top - 6) return;
      const marks = this.marksAt(e.clientX - box.left);
      if (marks.length) this.onMarks(marks);
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

function point(u, i) {
  const node = document.createElement("div");
  node.style.background = u.series[i].stroke();
  return node;
}

function lines(s) {
  const stroke = colour(s.color), common = { scale: s.unit, spanGaps: false, points: { show: false } };
  return [
    { ...common, label: s.label, stroke, width: s.compare ? 2.2 : 1.7, points: { show: (u, i, from, to) => to - from < 30 && !s.compare, size: 4, fill: stroke } },
    { ...common, stroke: "transparent", width: 0 }, { ...common, stroke: "transparent", width: 0 },
  ];
}

function band(s, i) {
  return s.compare ? null : { series: [3 * i + 3, 3 * i + 2], fill: colour(s.color).replace(/^rgb\((.*)\)$/, "rgba($1, 0.22)") };
}

function timeAxis() {
  return { stroke: colour("--dim"), font: "12px system-ui, sans-serif", grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line"), width: 1, size: 4 }, size: AXIS, space: 90, values: (u, ticks, axis, space, step) => timeTicks(ticks, step) };
}
