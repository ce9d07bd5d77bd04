import assert from "node:assert/strict";
import { test } from "node:test";
import { extremes, lowerBound } from "../js/downsample.js";

test("the extremes are kept", () => {
  const t = Array.from({ length: 10000 }, (_, i) => i), v = t.map((i) => Math.sin(i / 300));
  v[1234] = 99;
  v[8765] = -99;
  const got = extremes(t, v, 100);
  assert.ok(got.t.length <= 202, `${got.t.length} points, want at most 202`);
  assert.equal(got.v[got.t.indexOf(1234)], 99);
  assert.equal(got.v[got.t.indexOf(8765)], -99);
  assert.ok(got.t.every((x, i) => i === 0 || x > got.t[i - 1]), "times ascend");
});

test("a gap is kept", () => {
  const t = Array.from({ length: 1000 }, (_, i) => i), v = t.map(() => 1);
  v[500] = null;
  assert.equal(extremes(t, v, 20).v.filter((x) => x === null).length, 1);
});

test("a short series is left alone", () => assert.deepEqual(extremes([1, 2], [3, null], 10), { t: [1, 2], v: [3, null] }));

test("the first element not below", () => {
  assert.deepEqual([0, 1, 1.5, 3, 9].map((x) => lowerBound([1, 2, 3], x)), [0, 0, 1, 2, 3]);
});
