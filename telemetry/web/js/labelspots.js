// Where what is written on the drawing stands, so that it lies on nothing: each text has spots that it may have, the best first. All is in px of
// the screen, where a text keeps its size and what is drawn does not; zoom is how large the drawing is, 1 = at its full size. Pure.

import { U } from "./linesymbols.js";

const SIGN = 18, PIPE = 10, WALL = 3; // px at full size: half a valve's sign, half a pipe, half a wall
const GAP = 10; // px from a body to what is written beside it
const NEAR = 5; // px from a valve's sign to its name
const ASIDE = [0, -3, 3, -8, 8, -16, 16]; // px by which a note may stand aside
const MARGIN = 0.8; // in widths of a valve, around everything

/** The box around everything that is drawn, [x, y, width, height] in px at full size. */
export function extent(layout) {
  let all = null;
  const take = (x, y, w = 0, h = 0) => (all = all ? [Math.min(all[0], x - w / 2), Math.min(all[1], y - h / 2), Math.max(all[2], x + w / 2), Math.max(all[3], y + h / 2)] : [x - w / 2, y - h / 2, x + w / 2, y + h / 2]);
  for (const p of layout.parts) {
    if (p.inside) continue;
    take(p.x, p.y, p.kind === "valve" ? 3 : p.w, p.kind === "valve" ? 1.6 : p.h);
    if (p.kind === "pump") take(p.x + p.w / 2 + 0.4 + (p.title || p.name).length * 0.18, p.y); // its name stands at its right
  }
  for (const pipe of layout.pipes) for (const stroke of pipe.strokes ?? []) for (const [x, y] of stroke) take(x, y);
  if (!all) return [0, 0, U, U];
  return [all[0] - MARGIN, all[1] - MARGIN, all[2] - all[0] + 2 * MARGIN, all[3] - all[1] + 2 * MARGIN].map((v) => v * U);
}

/** Where the beam of a laser goes into the volume it is on: how far to the right, in widths of a valve. */
export function beamAt(laser, on) {
  return Math.min(Math.max(laser.x + laser.w / 2 - 0.1, on.x - on.w / 2 + 0.45), on.x + on.w / 2 - 0.45);
}

/** What no text may lie on, as boxes [left, top, right, bottom]: volumes, pumps, lasers with their beams, valves and pipes. */
export function obstacles(layout, zoom) {
  const s = U * zoom;
  const bodies = layout.parts.filter((p) => p.kind !== "gauge").map((p) => p.kind === "valve" ? around(p.x * s, p.y * s, SIGN * zoom, SIGN * zoom)
    : around(p.x * s, p.y * s, (p.w * s) / 2 + WALL * zoom, (p.h * s) / 2 + WALL * zoom));
  const pipes = layout.pipes.flatMap((pipe) => (pipe.strokes ?? []).flatMap((stroke) => stroke.slice(1).flatMap((to, i) => along(stroke[i], to, s, PIPE * zoom))));
  const beams = layout.parts.filter((p) => p.kind === "laser").flatMap((p) => {
    const on = layout.parts.find((o) => o.name === p.on), from = p.y + p.h / 2, to = on && on.y - on.h / 2;
    return on && from < to ? along([beamAt(p, on), from], [beamAt(p, on), to], s, WALL * zoom) : [];
  });
  return [...bodies, ...pipes, ...beams];
}

const around = (x, y, rx, ry) => [x - rx, y - ry, x + rx, y + ry];

// A pipe as boxes: one where it goes straight across or down, else one for each piece of its own width.
function along([ax, ay], [bx, by], s, half) {
  if (ax === bx || ay === by) return [[Math.min(ax, bx) * s - half, Math.min(ay, by) * s - half, Math.max(ax, bx) * s + half, Math.max(ay, by) * s + half]];
  const n = Math.ceil((Math.hypot(bx - ax, by - ay) * s) / (2 * half));
  return Array.from({ length: n + 1 }, (_, i) => around((ax + ((bx - ax) * i) / n) * s, (ay + ((by - ay) * i) / n) * s, half, half));
}

/** Spots beside a body for a text of w by h: right, left, below, above; {x, y, align}. */
export function beside(part, zoom, w, h) {
  const s = U * zoom, x = part.x * s, y = part.y * s, rx = (part.w * s) / 2 + GAP, ry = (part.h * s) / 2 + GAP / 2;
  return [{ x: x + rx, y: y - h / 2, align: "start" }, { x: x - rx - w, y: y - h / 2, align: "end" }, { x: x - w / 2, y: y + ry, align: "middle" }, { x: x - w / 2, y: y - ry - h, align: "middle" },
    ...[-1, 1].flatMap((side) => [{ x: x + rx, y: y - h / 2 + (side * (h + ry)) / 2, align: "start" }, { x: x - rx - w, y: y - h / 2 + (side * (h + ry)) / 2, align: "end" }])];
}

/** Spots of a valve's name: beside one whose pipe goes up and down, else above. */
export function nameSpots(part, upright, zoom, w, h) {
  const s = U * zoom, x = part.x * s, y = part.y * s, r = SIGN * zoom + NEAR;
  const sides = [{ x: x + r, y: y - 11, align: "start" }, { x: x - r - w, y: y - 11, align: "end" }];
  const ends = [{ x: x - w / 2, y: y - r - h + 3, align: "middle" }, { x: x - w / 2, y: y + r - 3, align: "middle" }];
  const corners = [{ x: x + r / 2 + 2, y: y - r - h + 3, align: "start" }, { x: x - r / 2 - 2 - w, y: y - r - h + 3, align: "end" }];
  return upright ? [...sides, ...corners] : [...ends, ...corners];
}

/** Spots of what is written about a valve: under its name where that is beside it, else on its other side. */
export function noteSpots(part, upright, zoom, w, h, name) {
  const s = U * zoom, x = part.x * s, y = part.y * s, r = SIGN * zoom + NEAR;
  const sides = [{ x: x + r, y: y + 5, align: "start" }, { x: x - r - w, y: y + 5, align: "end" }];
  const under = y + r - 2, over = y - r - h - (name && name.y < y - r ? 14 : 0);
  if (!upright) return [under, over].flatMap((top) => ASIDE.map((dx) => ({ x: x - w / 2 + dx, y: top, align: "middle" }))).concat(sides);
  return [sides[name?.align === "end" ? 1 : 0]];
}

/** Spots of a gauge of w by h: where it was put, as near as there is room; on is what it is of. Where the drawing is small it grows away from that. */
export function gaugeSpots(part, on, zoom, w, h) {
  const s = U * zoom, left = (part.x - part.w / 2) * s, top = (part.y - part.h / 2) * s, right = left + part.w * s, bottom = top + part.h * s;
  const x = on && part.x + part.w / 2 <= on.x - on.w / 2 + 0.1 ? right - w : left, y = on && part.y + part.h / 2 <= on.y - on.h / 2 + 0.1 ? bottom - h : top;
  const steps = [0, 1, -1, 2, -2, 3, -3, 4, -4, 6, -6, 8, -8];
  return steps.flatMap((i) => steps.map((j) => ({ x: x + i * 16, y: y + j * 12, align: "start", far: Math.hypot(i * 16, j * 12) }))).sort((a, b) => a.far - b.far);
}

/**
 * Gives each label {variants: [{w, h}], spots(variant), optional} its place: at = {spot, variant, box}, null where an optional one has no room. Those that
 * come first choose first. One may reach out of bounds before it lies on something.
 */
export function arrange(labels, walls, bounds) {
  const taken = [...walls];
  for (const label of labels) {
    const best = choice(label, taken, bounds);
    label.at = label.optional && best.cost > 0 ? null : best;
    if (label.at) taken.push(label.at.box);
  }
  return labels;
}

function choice(label, taken, bounds) {
  let best = null;
  for (const variant of label.variants) {
    for (const spot of label.spots(variant)) {
      const box = [spot.x, spot.y, spot.x + variant.w, spot.y + variant.h];
      const cost = taken.reduce((sum, b) => sum + shared(box, b), 0), out = variant.w * variant.h - shared(box, bounds);
      if (cost < 0.5 && out < 0.5) return { spot, variant, box, cost: 0 };
      if (!best || 100 * cost + out < 100 * best.cost + best.out) best = { spot, variant, box, cost: cost < 0.5 ? 0 : cost, out };
    }
  }
  return best;
}

/** How much of two boxes lies on one another, in px². */
export function shared(a, b) {
  return Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
}
