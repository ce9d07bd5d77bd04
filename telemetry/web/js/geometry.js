// Where things are on a plot, in CSS pixels of its canvas: bands of runs above, panels, lanes below them, the axis of time. Pure.

import { LANE, panelsOf, rangeOf, stretched } from "./layout.js";

export const AXIS = 36; // the axis of time
export const LEFT = 64; // ticks, and the names of lanes
const BAND = { run: 19, phase: 17, air: 8 };

/** The room above the panels for runs. */
export function headroom(picture) {
  if (!picture.runs?.length) return 12;
  return BAND.run + BAND.air + (picture.runs.some((r) => r.phases.length) ? BAND.phase : 0);
}

/** The lanes of a picture from above: [{kind, height, bar?}]. */
export function lanesOf(picture) {
  const lanes = [];
  if (picture.replays?.length) lanes.push({ kind: "replay", height: LANE.replay });
  for (const bar of picture.bars ?? []) lanes.push({ kind: "bar", height: LANE.bar, bar });
  if (picture.marks) lanes.push({ kind: "events", height: LANE.events });
  return lanes;
}

/** {left, top, width, height, from, to, panels, lanes, scales, x(t), y(unit, v)} of curves and a picture on a canvas of a size; right is the room kept for names. */
export function geometry(series, picture, { width, height, right, from, to }) {
  const top = headroom(picture), lanes = lanesOf(picture), inner = height - top - AXIS;
  const below = lanes.reduce((sum, l) => sum + l.height, LANE.air), above = Math.max(60, inner - below);
  const g = { left: LEFT, top, width: width - LEFT - right, height: inner, above, from, to, lanes, scales: new Map() };
  let y = top + above + LANE.air;
  for (const l of lanes) {
    l.top = y;
    y += l.height;
  }
  g.panels = panelsOf(series).map((p) => ({ ...p, from: top + p.top * above, to: top + p.bottom * above, units: p.units }));
  for (const p of g.panels) for (const unit of p.units) g.scales.set(unit, scaleOf(unit, p, g, series, picture));
  g.x = (t) => g.left + ((t - from) / (to - from)) * g.width;
  g.t = (x) => from + ((x - g.left) / g.width) * (to - from);
  g.y = (unit, v) => place(g.scales.get(unit), v);
  return g;
}

function scaleOf(unit, panel, g, series, picture) {
  const own = series.filter((s) => s.unit === unit), keys = new Set(own.map((s) => s.key));
  const values = function* () {
    for (const s of own) for (const column of [s.line.min, s.line.max]) for (const v of column) if (v !== null && v !== undefined) yield v;
  };
  const limits = (picture.limits ?? []).filter((l) => keys.has(l.key)).map((l) => l.shown);
  const [low, high] = rangeOf(values(), limits, panel.log);
  const air = 6 / g.height, top = (panel.from - g.top) / g.height + air, bottom = (panel.to - g.top) / g.height - air;
  return { unit, panel, log: panel.log, low, high, top: panel.from + 6, bottom: panel.to - 6, full: stretched(low, high, top, bottom, panel.log), own };
}

function place(s, v) {
  const f = s.log ? Math.log10 : (x) => x;
  return s.bottom - ((f(v) - f(s.low)) / (f(s.high) - f(s.low))) * (s.bottom - s.top);
}
