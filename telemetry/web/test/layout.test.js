import assert from "node:assert/strict";
import { test } from "node:test";
import { apart, panelsOf, rangeOf, stretched, tickText, ticks } from "../js/layout.js";

const close = (a, b) => a.forEach((x, i) => assert.ok(Math.abs(x / b[i] - 1) < 1e-9 || Math.abs(x - b[i]) < 1e-12, `${a} is ${b}`));

test("pressures above, the other units in pairs below", () => {
  const panels = panelsOf([{ unit: "°C" }, { unit: "torr", log: true }, { unit: "%" }, { unit: "V" }, { unit: "torr", log: true }]);
  assert.deepEqual(panels.map((p) => p.units), [["torr"], ["°C", "%"], ["V"]]);
  assert.deepEqual([panels[0].top, panels.at(-1).bottom], [0, 1]);
  assert.equal(panels[0].bottom, panels[1].top);
});

test("a scale is stretched so that a panel has its range", () => {
  close(stretched(0, 10, 0.5, 1, false), [0, 20]);
  close(stretched(0, 10, 0, 0.5, false), [-10, 10]);
  close(stretched(1e-9, 1e-3, 0, 0.5, true), [1e-15, 1e-3]);
});

test("a range has its values and the limits near them", () => {
  close(rangeOf([2e-9, 5e-6], [], true), [1e-9, 1e-5]);
  close(rangeOf([2e-9, 5e-6], [1e-4, 1], true), [1e-9, 1e-4]);
  close(rangeOf([], [], true), [1e-9, 1e-6]);
  close(rangeOf([5, 5], [], false), [4.75, 5.25]);
  close(rangeOf([0, 0], [], false), [0, 1]);
  assert.equal(rangeOf([0, 10], [], false)[0], 0, "what cannot be negative does not look so");
});

test("ticks", () => {
  close(ticks(1e-9, 1e-6, 8, true), [1e-9, 1e-8, 1e-7, 1e-6]);
  assert.equal(ticks(1e-12, 1e3, 5, true).length, 6);
  close(ticks(0, 1400, 3, false), [0, 500, 1000]);
  assert.deepEqual([tickText(1e-7, true), tickText(700, false, 100), tickText(0.25, false, 0.05), tickText(0, false, 1), tickText(2e6, false, 1e6)], ["1e-7", "700", "0.25", "0", "2e6"]);
});

test("names have room", () => {
  const at = (ys) => apart(ys.map((y) => ({ y })), 30, 0, 200).map((l) => l.at);
  assert.deepEqual(at([50, 120]), [35, 105]);
  const close3 = at([100, 101, 102]).sort((a, b) => a - b);
  assert.ok(close3[1] - close3[0] >= 30 && close3[2] - close3[1] >= 30);
  assert.deepEqual(at([199]), [170]);
});
