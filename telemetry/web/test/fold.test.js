import assert from "node:assert/strict";
import { test } from "node:test";
import { branches, folding, foldWords } from "../js/fold.js";

// Two volumes joined by V0; at the first a pump behind V1 and a bottle behind V2 with a gauge, at the second traps behind V3, V4 and V5.
function line() {
  const part = (name, kind, x, y, w = 1, h = 1, more = {}) => ({ name, kind, x, y, w, h, ...more });
  const parts = [part("bone", "volume", 5, 0, 10, 1.5), part("V0", "valve", 12, 0), part("arm", "volume", 20, 0, 12, 1.5), part("V1", "valve", 2, 3), part("turbo", "pump", 2, 6, 1.5, 1.5),
    part("V2", "valve", 8, 3), part("bottle", "volume", 8, 6, 2.6, 1.5), part("g.ig", "gauge", 8, 9, 3.6, 1.7, { on: "bottle" }), part("b.ig", "gauge", 5, -4, 3.6, 1.7, { on: "bone" })];
  const pipes = [["bone", "V0"], ["V0", "arm"], ["bone", "V1"], ["V1", "turbo"], ["bone", "V2"], ["V2", "bottle"]];
  for (const [i, x] of [15, 20, 25].entries()) {
    parts.push(part(`V${i + 3}`, "valve", x, 3), part(`trap ${i + 1}`, "volume", x, 6, 2.6, 1.5));
    pipes.push(["arm", `V${i + 3}`], [`V${i + 3}`, `trap ${i + 1}`]);
  }
  const of = new Map(parts.map((p) => [p.name, p]));
  const stroke = ([a, b]) => { const [p, q] = [of.get(a), of.get(b)], x = q.kind === "volume" && p.kind === "valve" ? p.x : q.x; return p.y === q.y ? [[p.x, p.y], [q.x, q.y]] : [[x, p.y], [x, q.y]]; };
  return { source: "s", parts, pipes: pipes.map((ends) => ({ ends, strokes: [stroke(ends)] })) };
}

test("what hangs on a volume alone folds into it, not what leads on", () => {
  const found = branches(line());
  assert.deepEqual([...found.keys()], ["bone", "arm"]);
  assert.deepEqual([...found.get("bone")].sort(), ["V1", "V2", "bottle", "g.ig", "turbo"]);
  assert.deepEqual([...found.get("arm")].sort(), ["V3", "V4", "V5", "trap 1", "trap 2", "trap 3"]);
});

test("nothing folded is the layout as it was", () => {
  const layout = line(), same = folding(layout, []);
  assert.equal(same.parts, layout.parts);
  assert.deepEqual(folding(layout, ["V1", "gone"]).parts, layout.parts, "what does not fold is left alone");
});

test("what is folded is gone, and the rest moves together in its order", () => {
  const layout = line(), made = folding(layout, ["arm"]), of = (l, name) => l.parts.find((p) => p.name === name);
  assert.ok(!made.parts.some((p) => /^(V[345]|trap)/.test(p.name)));
  assert.equal(made.pipes.length, layout.pipes.length, "the regions' pipes keep their numbers");
  assert.deepEqual(made.pipes.map((p) => p.strokes.length), [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  assert.ok(of(made, "arm").w < 6, `the arm was 12 wide, and is ${of(made, "arm").w}`);
  assert.ok(of(made, "arm").w > 4.39, "with room for what it says");
  assert.equal(of(made, "bone").w, of(layout, "bone").w, "what is not folded keeps its size");
  const order = (l) => made.parts.map((p) => of(l, p.name)).sort((a, b) => a.x - b.x || a.name.localeCompare(b.name)).map((p) => p.name);
  assert.deepEqual(order(made), order(layout));
});

test("pipes go on ending at their parts, and no parts come to lie on others", () => {
  for (const volumes of [["arm"], ["bone"], ["bone", "arm"]]) {
    const made = folding(line(), volumes), of = new Map(made.parts.map((p) => [p.name, p]));
    for (const { ends, strokes } of made.pipes) {
      for (const stroke of strokes) {
        for (const end of ends.map((name) => of.get(name))) {
          assert.ok(stroke.some(([x, y]) => Math.abs(x - end.x) <= end.w / 2 + 1e-9 && Math.abs(y - end.y) <= end.h / 2 + 1e-9), `${volumes}: ${ends} still meet`);
        }
      }
    }
    for (const a of made.parts) {
      for (const b of made.parts) if (a !== b) assert.ok(Math.abs(a.x - b.x) >= (a.w + b.w) / 2 - 1e-9 || Math.abs(a.y - b.y) >= (a.h + b.h) / 2 - 1e-9, `${volumes}: ${a.name} and ${b.name} are apart`);
    }
  }
});

test("a folded volume says the worst of its valves", () => {
  assert.deepEqual(foldWords(["closed", "closed"]), { text: "+2 valves, closed", worst: "closed" });
  assert.deepEqual(foldWords(["open", "closed", "open"]), { text: "+3 valves, 2 open", worst: "open" });
  assert.deepEqual(foldWords(["open", "unknown", "moving"]), { text: "+3 valves, 1 not known", worst: "unknown" });
});
