import assert from "node:assert/strict";
import { test } from "node:test";
import { held, splice } from "../js/splice.js";

const source = (t, v, ...known) => ({ t, min: v, mean: v, max: v, known });
const of = (sources, from = 0, to = 100) => { const { t, mean } = splice(sources, from, to); return t.map((x, i) => [Math.round(x * 1000) / 1000, mean[i]]); };

test("the first that knows a moment is believed", () => {
  assert.deepEqual(of([source([0, 30, 60], [1, 2, 3], [0, 62]), source([50, 61, 70], [8, 9, 7], [45, 90])]), [[0, 1], [30, 2], [60, 3], [70, 7]]);
});

test("a failure of long ago that the page heard of takes nothing from the archive", () => {
  const archive = source([0, 100, 200, 300, 400, 457], [1, 1, 1, 1, 1, 1], [0, 457]), live = source([0, 458, 459], [null, 2, 2], [458, 459]);
  assert.deepEqual(of([archive, live], 0, 500), [[0, 1], [100, 1], [200, 1], [300, 1], [400, 1], [457, 1], [458, 2], [459, 2]]);
});

test("where nobody knows there is no line", () => {
  assert.deepEqual(of([source([0, 9], [1, 1], [0, 10]), source([20, 80, 81], [4, 5, 6], [79, 90])]), [[0, 1], [9, 1], [10, null], [79, 4], [80, 5], [81, 6]]);
});

test("a value from before holds where a source begins, unless it ended", () => {
  assert.deepEqual(of([source([5, 60], [1, 2], [40, 90])]), [[40, 1], [60, 2]]);
  assert.deepEqual(of([source([5, 30, 60], [1, null, 2], [40, 90])]), [[60, 2]]);
});

test("what is known is told, and joined over the breath between two sources", () => {
  assert.deepEqual(splice([source([1], [1], [0, 10]), source([11], [1], [11, 20], [50, 60])], 0, 55).known, [[0, 20], [50, 55]]);
});

test("nothing from nothing", () => assert.deepEqual(of([]), []));

test("a value holds until just before the next, until a null, and to where knowledge ends", () => {
  const drawn = (t, v, end) => { const h = held(source(t, v), 1, end); return h.t.map((x, i) => [Math.round(x * 1000) / 1000, h.mean[i]]); };
  assert.deepEqual(drawn([0, 60], [1, 5], 60), [[0, 1], [59, 1], [60, 5]]);
  assert.deepEqual(drawn([0, 1, 2], [1, 2, 3], 2), [[0, 1], [1, 2], [2, 3]]);
  assert.deepEqual(drawn([0, 10], [1, null], 20), [[0, 1], [10, 1], [10, null]]);
  assert.deepEqual(drawn([0], [1], 20), [[0, 1], [20, 1]]);
});
