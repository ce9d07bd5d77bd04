// How a plot is divided: panels for the units, lanes below them, and where the ticks of an axis stand. Pure.

/** The heights of lanes, in CSS pixels. */
export const LANE = { replay: 20, bar: 16, events: 34, air: 10 };

/** The scales of series, in panels from top to bottom: [{units: [left, right?], log, top, bottom}], top and bottom as parts of the height above the lanes. */
export function panelsOf(series) {
  const units = new Map(series.map((s) => [s.unit, s]));
  const logs = [...units.values()].filter((s) => s.log).map((s) => s.unit), others = [...units.values()].filter((s) => !s.log).map((s) => s.unit);
  const panels = [...logs.map((u) => ({ units: [u], log: true, weight: 2.4 })), ...pairs(others).map((p) => ({ units: p, log: false, weight: 1 }))];
  const all = panels.reduce((sum, p) => sum + p.weight, 0);
  let at = 0;
  for (const p of panels) {
    p.top = at / all;
    at += p.weight;
    p.bottom = at / all;
  }
  return panels;
}

function pairs(list) {
  return list.reduce((out, x, i) => (i % 2 ? [...out.slice(0, -1), [...out.at(-1), x]] : [...out, [x]]), []);
}

/** The range of a whole scale so that from low to high fills the part of the height between top and bottom (0 is above, 1 below). */
export function stretched(low, high, top, bottom, log) {
  const f = log ? Math.log10 : (x) => x, back = log ? (x) => 10 ** x : (x) => x;
  const per = (f(high) - f(low)) / (bottom - top);
  return [back(f(low) - (1 - bottom) * per), back(f(high) + top * per)];
}

/** A range around values, on whole decades where log; limits near the values are taken in. */
export function rangeOf(values, limits, log) {
  let low = Infinity, high = -Infinity;
  for (const v of values) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  if (!(high >= low) || (log && !(low > 0))) return log ? [1e-9, 1e-6] : [0, 1];
  const span = high - low || Math.abs(high) * 0.1 || 1;
  for (const l of limits) if (log ? l > low / 100 && l < high * 100 : l > low - span && l < high + span) [low, high] = [Math.min(low, l), Math.max(high, l)];
  return log ? decades(low, high) : padded(low, high);
}

function decades(low, high) {
  const a = Math.floor(Math.log10(low) + 1e-9), b = Math.ceil(Math.log10(high) - 1e-9);
  return [10 ** a, 10 ** Math.max(b, a + 1)];
}

function padded(low, high) {
  if (low === 0 && high === 0) return [0, 1];
  const room = Math.max((high - low) * 0.08, high === low ? Math.abs(high) * 0.05 : Math.abs(high) * 0.002);
  return [low >= 0 && low - room < 0 ? Math.min(0, low) : low - room, high + room];
}

/** Ticks between two values, at most about n: whole decades where log, else round numbers. */
export function ticks(low, high, n, log) {
  if (log) {
    const a = Math.round(Math.log10(low)), b = Math.round(Math.log10(high)), step = Math.max(1, Math.ceil((b - a) / n));
    return Array.from({ length: Math.floor((b - a) / step) + 1 }, (_, i) => 10 ** (a + i * step));
  }
  const rough = (high - low) / Math.max(1, n), size = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((x) => x * size).find((x) => x >= rough * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => (first + i) * step);
}

/** A tick as text. */
export function tickText(x, log, step) {
  if (log) return x.toExponential(0).replace("e+", "e");
  if (x === 0) return "0";
  if (Math.abs(x) < 1e5 && step > 1e-5) return x.toFixed(Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
  return x.toExponential(2).replace(/\.?0+e\+?/, "e");
}

/** Labels [{y}] moved apart, so that each has room; the order stays. */
export function apart(labels, room, top, bottom) {
  const sorted = [...labels].sort((a, b) => a.y - b.y);
  let at = top;
  for (const l of sorted) at = (l.at = Math.max(l.y - room / 2, at)) + room;
  let end = bottom;
  for (const l of sorted.reverse()) end = (l.at = Math.min(l.at, end - room));
  return labels;
}
