// What is drawn under and over the curves of a plot: grid and ticks, runs, gaps, limits, under and over range, the present, where a comparison is aligned.

import { clock } from "./format.js";
import { lowerBound } from "./downsample.js";
import { ticks, tickText } from "./layout.js";

const ROOM = 300; // px of a label at most

/** Under the curves. */
export function under(pen, g, picture) {
  for (const run of picture.runs ?? []) pen.rect(...across(g, run.from, run.to ?? picture.end, g.top, g.above), pen.ink("--edge", 0.22));
  for (const panel of g.panels) axes(pen, g, panel);
  for (const gap of picture.gaps ?? []) hatched(pen, g, gap);
}

function across(g, from, to, y, h) {
  const x0 = Math.max(g.x(from), g.left), x1 = Math.min(g.x(to), g.left + g.width);
  return [x0, y, Math.max(0, x1 - x0), h];
}

// Ticks and lines of a panel; each axis in the colour of its curve, in the page's own ink where several share it.
function axes(pen, g, panel) {
  panel.units.forEach((unit, i) => {
    const s = g.scales.get(unit), ink = s.own.length === 1 ? pen.ink(s.own[0].color) : pen.ink("--ink"), n = Math.max(2, Math.floor((s.bottom - s.top) / 42));
    const all = ticks(s.low, s.high, n, s.log), step = all.length > 1 ? all[1] - all[0] : Math.abs(all[0]) / 10;
    const x = i ? g.left + g.width + 6 : g.left - 8;
    for (const v of all) {
      const y = g.y(unit, v);
      if (!i) pen.line(g.left, Math.round(y) + 0.5, g.left + g.width, Math.round(y) + 0.5, pen.ink("--line"));
      if (y - panel.from > 16 || panel === g.panels[0]) pen.text(tickText(v, s.log, step), x, y, ink, { align: i ? "left" : "right" });
    }
    pen.text(unit || "value", i ? x : 6, panel.from + (panel === g.panels[0] ? -7 : 7), ink, { bold: true });
  });
}

function hatched(pen, g, gap) {
  const one = gap.key ? [...g.scales.values()].flatMap((s) => s.own).find((s) => s.key === gap.key) : null;
  if (gap.key && !one) return;
  const [x, , w] = across(g, gap.from, gap.to, 0, 0), wide = Math.max(w, 2);
  if (x > g.left + g.width || x + wide < g.left) return;
  const [y, h] = one ? beside(g, one, gap) : [g.top, g.height];
  const ink = pen.ink(gap.kind === "declared" ? "--red" : gap.kind === "asked" ? "--amber" : "--edge", one && gap.kind === "silence" ? 0.9 : 0.4); // one of all is large, and is not what one looks for
  pen.hatch(x, y, wide, h, ink, pen.ink("--panel"));
  for (const at of [x, x + wide]) pen.line(at, y, at, y + h, pen.ink("--dim"), { dash: [3, 3] });
}

// A gap of one curve stands at the height of its last value.
function beside(g, s, gap) {
  const i = lowerBound(s.line.t, gap.from), before = s.line.mean[i - 1] ?? s.line.mean[i] ?? s.line.mean.slice(i).find((v) => v != null);
  const y = before == null ? (g.scales.get(s.unit).top + g.scales.get(s.unit).bottom) / 2 : g.y(s.unit, before);
  return [y - 8, 16];
}

/** Over the curves. */
export function over(pen, g, picture, series) {
  bands(pen, g, picture);
  gapLabels(pen, g, picture, limits(pen, g, picture));
  for (const b of picture.bounds ?? []) beyond(pen, g, b, series);
  if (picture.t0 != null && picture.t0 > g.from && picture.t0 < g.to) {
    pen.line(g.x(picture.t0), g.top, g.x(picture.t0), g.top + g.above, pen.ink("--ink"), { dash: [2, 3] });
    pen.text(`t0 · ${clock(picture.t0 * 1000, false)}`, g.x(picture.t0) + 5, g.top + 10, pen.ink("--ink"));
  }
  if (picture.end < g.to && picture.end > g.from) {
    pen.line(g.x(picture.end), g.top, g.x(picture.end), g.top + g.height, pen.ink("--dim"));
    pen.text("now", g.x(picture.end) + 5, g.top + 6, pen.ink("--ink"));
  }
}

// Runs and their phases, above all panels.
function bands(pen, g, { runs = [], end }) {
  const phases = runs.some((r) => r.phases.length);
  for (const run of runs) {
    const y = g.top - (phases ? 40 : 24), [x, , w] = across(g, run.from, run.to ?? end, 0, 0), failed = /fail|abort|cancel/.test(run.status);
    pen.rect(x, y, w, 18, pen.ink("--edge"), failed ? pen.ink("--red") : null);
    pen.text(run.name + (failed ? ` · ${run.status}` : ""), x + 7, y + 9.5, pen.ink("--ink"), { bold: true, room: w - 12 });
    for (const p of run.phases) {
      const [px, , pw] = across(g, p.from, p.to ?? run.to ?? end, 0, 0);
      if (pw <= 0) continue;
      pen.rect(px, y + 20, pw, 16, pen.ink("--panel"), /fail/.test(p.status) ? pen.ink("--red") : pen.ink("--edge"));
      pen.text(p.name, px + 7, y + 28, pen.ink("--ink"), { room: pw - 12, size: 11.5 });
    }
  }
}

// Each limit with the name of its rule; one outside of the axis stands at its edge. Returns where these are written: [{x0, x1, y}].
function limits(pen, g, { limits: all = [] }) {
  const taken = [], outside = (l) => { const s = g.scales.get(l.unit); return s && (l.shown < s.low || l.shown > s.high); };
  for (const l of [...all.filter((l) => !outside(l)), ...all.filter(outside)]) {
    const s = g.scales.get(l.unit);
    if (!s) continue;
    const ink = pen.ink(l.kind === "trip" ? "--red" : "--amber"), inside = l.shown >= s.low && l.shown <= s.high, y = inside ? g.y(l.unit, l.shown) : l.shown > s.high ? s.top + 4 : s.bottom - 4;
    if (inside) pen.line(g.left, y, g.left + g.width, y, ink, { dash: [7, 4], width: 1.3 });
    let at = y - 8;
    while (taken.some((t) => Math.abs(t.y - at) < 13)) at += 14;
    const width = pen.text(`${inside ? "" : l.shown > s.high ? "↑ " : "↓ "}${l.kind} ${l.name} ${tickText(Number(l.shown.toPrecision(3)), s.log, 1e-9)}`, g.left + 6, at, ink, { bold: true, size: 11.5 });
    taken.push({ x0: g.left, x1: g.left + 6 + width, y: at });
  }
  return taken;
}

// The labels of gaps, where each has room: of a common gap at the top, of a single curve's beside it. The cursor tells the others. taken is what is written already.
function gapLabels(pen, g, { gaps = [] }, taken) {
  const free = (x0, x1, y) => !taken.some((t) => t.y - 12 < y && t.y + 12 > y && t.x0 < x1 && t.x1 > x0);
  for (const gap of gaps) {
    if (gap.from > g.to || gap.to < g.from || (gap.key && g.x(gap.to) - g.x(gap.from) < 3)) continue;
    const s = gap.key && [...g.scales.values()].flatMap((x) => x.own).find((x) => x.key === gap.key);
    if (gap.key && !s) continue;
    const rows = s ? [beside(g, s, gap)[0] - 6] : [26, 41, 56, 71, 86, 101].map((y) => g.top + y), right = g.x(gap.to) + ROOM < g.left + g.width;
    const begin = Math.max(g.x(gap.from), g.left), toLeft = !right && begin - 5 > g.left;
    const x = right ? Math.max(g.x(gap.to), g.left) + 5 : toLeft ? begin - 5 : begin + 5;
    const [x0, x1] = toLeft ? [x - ROOM, x] : [x, x + ROOM], y = rows.find((at) => free(x0, x1, at));
    if (y === undefined) continue;
    const width = pen.text(gap.label, x, y, pen.ink(gap.kind === "declared" ? "--red" : s ? "--dim" : "--ink"), { align: toLeft ? "right" : "left", size: s ? 11.5 : 12, room: ROOM, paper: s ? null : pen.ink("--panel") });
    taken.push(toLeft ? { x0: x - width - 6, x1: x, y } : { x0: x, x1: x + width + 6, y });
  }
}

// Triangles along a stretch that is under (pointing down) or over range: the curve there is a limit, not the quantity.
function beyond(pen, g, { key, from, to, bound }, series) {
  const s = series.find((x) => x.key === key);
  if (!s) return;
  const x0 = Math.max(g.x(from), g.left), x1 = Math.min(g.x(to), g.left + g.width), away = bound === "at_most" ? 4 : -4;
  for (let x = x0; x <= x1; x += 36) {
    const value = s.line.mean[lowerBound(s.line.t, g.t(x))];
    if (value == null) continue;
    const y = g.y(s.unit, value) + away / 2;
    pen.shape([[x - 4, y], [x + 4, y], [x, y + 1.6 * away]], pen.ink(s.color));
  }
}
