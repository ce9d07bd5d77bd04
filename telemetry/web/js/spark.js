// A word-sized curve: ten minutes of one point on a small canvas, its limits dashed, a dot for now. Gaps stay gaps; what is not known now
// is hatched. A valve is a bar where it was open.

import { colour, h } from "./dom.js";
import { extremes, lowerBound } from "./downsample.js";

const SECONDS = 600;

// The sizes come when the browser has laid out the page: who asks for one in between makes it do so once more, and a table has 250 curves.
const sized = new WeakMap();
let sizes = null;

function watch(node, changed) {
  sizes ??= new ResizeObserver((entries) => entries.forEach((e) => sized.get(e.target)?.()));
  sized.set(node, changed);
  sizes.observe(node);
}

/** {node, draw(series, now, log, state, limits, usual)}; it redraws only when the series, the size or the theme changed. */
export function sparkline() {
  const node = h("canvas", { class: "spark", "aria-hidden": "true" });
  let drawn = "", width = 0, height = 0, again = null;
  watch(node, () => {
    [width, height] = [node.clientWidth, node.clientHeight];
    again?.();
  });
  const draw = (series, now, log, state, limits = [], usual = null) => paint((pen, size) => line(pen, recentPart(series, now), { ...size, now, log, limits, usual, live: state === "live" }), series, now, `${state}${limits.length}${usual?.low} ${usual?.high}`);
  const bars = (series, now, state) => paint((pen, size) => openBars(pen, series, { ...size, now, live: state === "live" }), series, now, state);

  function paint(make, series, now, more) {
    again = () => paint(make, series, now, more);
    if (!width) return;
    const mark = [series.t.at(-1), series.t.length, width, colour("--curve"), Math.floor(now / 5), more].join();
    if (mark === drawn) return;
    drawn = mark;
    const ratio = devicePixelRatio || 1;
    node.width = width * ratio;
    node.height = height * ratio;
    const pen = node.getContext("2d");
    pen.scale(ratio, ratio);
    make(pen, { width, height });
  }
  return { node, draw, bars };
}

function recentPart(series, now) {
  const from = lowerBound(series.t, now - SECONDS);
  return extremes(series.t.slice(from), series.v.slice(from), 120);
}

function line(pen, s, { width, height, now, log, limits, usual, live }) {
  const f = log ? (v) => (v > 0 ? Math.log10(v) : null) : (v) => v;
  const v = s.v.map((x) => (x == null ? null : f(x)));
  const good = v.filter((x) => x != null);
  if (!live) hatch(pen, width * 0.86, 0, width * 0.14, height);
  if (good.length < 2) return;
  const least = log ? 0.3 : 1e-9 + 0.002 * Math.abs(good[0]); // noise does not fill the height
  const middle = (Math.max(...good) + Math.min(...good)) / 2;
  const reach = Math.max(least, Math.max(...good) - Math.min(...good)) / 2;
  const x = (t) => (width - 4) * (1 - (now - t) / SECONDS);
  const y = (u) => height / 2 - ((u - middle) / reach) * (height / 2 - 3);
  if (usual && f(usual.low) != null) band(pen, y(f(usual.high)), y(f(usual.low)), width, height);
  dashes(pen, limits.map((l) => ({ ...l, y: y(f(l.value)) })).filter((l) => l.y > 0 && l.y < height), width);
  pen.strokeStyle = colour("--curve");
  pen.lineWidth = 1.3;
  pen.lineJoin = "round";
  pen.beginPath();
  let down = false;
  for (let i = 0; i < v.length; i++) {
    if (v[i] != null) down ? pen.lineTo(x(s.t[i]), y(v[i])) : pen.moveTo(x(s.t[i]), y(v[i]));
    down = v[i] != null;
  }
  pen.stroke();
  const last = v.findLastIndex((u) => u != null);
  if (!live || last < v.length - 1) return;
  pen.fillStyle = colour("--ink");
  pen.beginPath();
  pen.arc(width - 4, y(v[last]), 2.2, 0, 7);
  pen.fill();
}

// The usual range, grey behind the curve; at least as high as a hair, where nothing ever moves.
function band(pen, top, bottom, width, height) {
  const from = Math.max(0, Math.min(top, bottom - 1)), to = Math.min(height, bottom);
  if (to <= from) return;
  pen.globalAlpha = 0.28;
  pen.fillStyle = colour("--wall");
  pen.fillRect(0, from, width, to - from);
  pen.globalAlpha = 1;
}

function dashes(pen, limits, width) {
  pen.setLineDash([3, 2]);
  for (const l of limits) {
    pen.strokeStyle = colour(l.look === "rule" ? "--red" : "--amber");
    pen.beginPath();
    pen.moveTo(0, l.y);
    pen.lineTo(width, l.y);
    pen.stroke();
  }
  pen.setLineDash([]);
}

// Where a valve was open there is a bar, where it was closed a line, and where nobody knows it is hatched.
function openBars(pen, series, { width, height, now, live }) {
  const x = (t) => Math.max(0, width * (1 - (now - t) / SECONDS));
  const middle = height / 2, ink = colour("--wall");
  const ends = [...series.t.slice(1), live ? now : series.t.at(-1)];
  let known = width;
  series.t.forEach((t, i) => {
    const from = x(t), to = x(ends[i]);
    if (to <= from && to <= 0) return;
    known = Math.min(known, from);
    if (series.v[i] == null) return hatch(pen, from, 3, to - from, height - 6);
    pen.fillStyle = ink;
    pen.fillRect(from, series.v[i] ? 4 : middle - 0.75, to - from, series.v[i] ? height - 8 : 1.5);
  });
  if (!live) hatch(pen, width * 0.86, 3, width * 0.14, height - 6);
}

function hatch(pen, left, top, width, height) {
  pen.save();
  pen.beginPath();
  pen.rect(left, top, width, height);
  pen.clip();
  pen.strokeStyle = colour("--hatch");
  pen.lineWidth = 3;
  for (let x = left - height; x < left + width; x += 8) {
    pen.beginPath();
    pen.moveTo(x, top + height);
    pen.lineTo(x + height, top);
    pen.stroke();
  }
  pen.restore();
}
