import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { arrange, beside, extent, gaugeSpots, nameSpots, noteSpots, obstacles, shared } from "../js/labelspots.js";
import { U } from "../js/linesymbols.js";

// What GET /status says of the lines of the configurations that come with the program, and of the canvas of the protocol's sheet.
const drawings = JSON.parse(readFileSync(new URL("drawings.json", import.meta.url)));
const screens = { "1440x900": [930, 690], "1280x720": [790, 500], "the smallest": [0, 0] }; // the room for a drawing

const wide = (text, px) => Math.ceil(text.length * px * 0.62);

function upright(part, layout) {
  const to = layout.pipes.flatMap((p) => (p.strokes ?? []).flatMap((s) => [[s[0], s[1]], [s.at(-1), s.at(-2)]])).find(([a]) => a[0] === part.x && a[1] === part.y);
  return Boolean(to) && Math.abs(to[0][0] - to[1][0]) < Math.abs(to[0][1] - to[1][1]);
}

// The texts of a line at its worst: a note at each valve, names beside bodies where their longest word has no room, gauges with an alarm.
function labelsOf(layout, zoom) {
  const parts = new Map(layout.parts.map((p) => [p.name, p])), all = [];
  for (const p of layout.parts) {
    const text = p.title || p.name;
    if (p.kind === "valve") {
      const up = upright(p, layout), name = { of: text, rank: 0, variants: [{ w: wide(text, 13), h: 16 }], spots: (v) => nameSpots(p, up, zoom, v.w, v.h) };
      all.push(name, { of: `note of ${text}`, rank: 2, optional: true, variants: p.hand ? [{ w: 140, h: 16 }, { w: 70, h: 30 }] : [{ w: 78, h: 16 }, { w: 46, h: 30 }], spots: (v) => noteSpots(p, up, zoom, v.w, v.h, name.at?.spot) });
    } else if (p.kind === "pump" || (p.kind === "volume" && Math.max(...text.split(" ").map((word) => wide(word, 12))) > p.w * U * zoom - 4)) {
      const rows = p.kind === "pump" ? layout.parts.filter((g) => g.inside && g.on === p.name).length : 0;
      all.push({ of: text, rank: 1, variants: [{ w: wide(text, 13), h: 17 * (1 + rows) }, { w: wide(text, 13), h: 17 }], spots: (v) => beside(p, zoom, v.w, v.h) });
    } else if (p.kind === "gauge" && !p.inside) all.push({ of: text, rank: 3, variants: [{ w: Math.max(160, wide(text, 12)), h: 66 }], spots: (v) => gaugeSpots(p, parts.get(p.on), zoom, v.w, v.h) });
  }
  return all.sort((a, b) => a.rank - b.rank);
}

for (const [name, layout] of Object.entries(drawings)) {
  for (const [screen, room] of Object.entries(screens)) {
    test(`${name} at ${screen}: no text lies on another, or on what is drawn`, () => {
      const box = extent(layout), zoom = Math.max(0.62, Math.min(1.4, room[0] / box[2], room[1] / box[3]));
      const [x, y, w, h] = box.map((v) => v * zoom), walls = obstacles(layout, zoom);
      const labels = arrange(labelsOf(layout, zoom), walls, [x, y, x + w, y + h]);
      const placed = labels.filter((l) => l.at), wrong = [];
      assert.ok(placed.length > layout.parts.length / 2);
      placed.forEach((a, i) => {
        for (const b of placed.slice(i + 1)) if (shared(a.at.box, b.at.box) > 1) wrong.push(`${a.of} on ${b.of}`);
        if (walls.some((b) => shared(a.at.box, b) > 1)) wrong.push(`${a.of} on the drawing`);
      });
      assert.deepEqual(wrong, []);
    });
  }
}

test("what comes first has its best spot, what has no room in it another, and what is optional none", () => {
  const label = (more) => ({ variants: [{ w: 10, h: 10 }], spots: () => [{ x: 0, y: 0 }, { x: 20, y: 0 }], ...more });
  const [a, b, c, d] = arrange([label(), label(), label({ optional: true }), label()], [], [0, 0, 30, 10]);
  assert.deepEqual([a.at.spot.x, b.at.spot.x, c.at, d.at.cost > 0], [0, 20, null, true]);
});

test("a text that is too wide takes its narrower form", () => {
  const [a] = arrange([{ variants: [{ w: 40, h: 10 }, { w: 20, h: 20 }], spots: () => [{ x: 0, y: 0 }] }], [[30, 0, 40, 30]], [0, 0, 50, 50]);
  assert.equal(a.at.variant.w, 20);
});

test("where the drawing is small a gauge grows away from what it is of", () => {
  const part = { x: 0, y: 0, w: 4, h: 2 }, below = { x: 0, y: 5, w: 4, h: 2 }, right = { x: 8, y: 0, w: 4, h: 2 };
  const spot = (on) => gaugeSpots(part, on, 0.5, 126, 66)[0];
  assert.deepEqual([spot(null), spot(below), spot(right)].map((s) => [s.x, s.y]), [[-44, -22], [-44, -44], [-82, -22]]);
});
