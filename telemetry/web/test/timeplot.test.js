import assert from "node:assert/strict";
import { test } from "node:test";
import { extent, pathOf } from "../js/timeplot.js";

const same = (v) => v;

test("a curve breaks where there is no value", () => {
  const d = pathOf({ t: [0, 10, 20, 30], v: [1, 2, null, 4] }, same, same, false);
  assert.equal(d, "M0.0 1.0L10.0 2.0M30.0 4.0");
});

test("what lies below zero is no value on a log axis", () => {
  assert.equal(pathOf({ t: [0, 10], v: [-1, 2] }, same, same, true), "M10.0 2.0");
});

test("of many points in one pixel the extremes stay", () => {
  const t = [], v = [];
  for (let i = 0; i < 10000; i++) t.push(i / 10000), v.push(i === 5000 ? 99 : i === 7000 ? -99 : 1);
  const d = pathOf({ t, v }, same, same, false);
  assert.match(d, /-99\.0/);
  assert.match(d, / 99\.0/);
  assert.ok(d.length < 100, d.length);
});

test("a log axis has whole decades; without a value there is no axis", () => {
  const [low, high] = extent([{ v: [3e-9, null, 2e-7, -1] }], true);
  assert.ok(Math.abs(low / 1e-9 - 1) < 1e-9 && Math.abs(high / 1e-6 - 1) < 1e-9);
  assert.equal(extent([{ v: [null] }], false), null);
});
