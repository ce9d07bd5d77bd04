import assert from "node:assert/strict";
import { test } from "node:test";
import { common, joined, within, without } from "../js/spans.js";

test("stretches that touch become one", () => {
  assert.deepEqual(joined([[1, 2], [5, 6]], 2, 3), [[1, 3], [5, 6]]);
  assert.deepEqual(joined([[1, 2], [5, 6]], 0, 9), [[0, 9]]);
  assert.deepEqual(joined([[1, 2], [5, 6]], 3, 4), [[1, 2], [3, 4], [5, 6]]);
  assert.deepEqual(joined([[1, 2], [5, 6]], 3, 4, 1), [[1, 6]]);
  assert.deepEqual(joined([], 3, 3), [[3, 3]]);
  assert.deepEqual(joined([[1, 2]], 4, 3), [[1, 2]]);
});

test("what lies within, without and in all", () => {
  assert.deepEqual(within([[1, 4], [6, 9]], 3, 7), [[3, 4], [6, 7]]);
  assert.deepEqual(without([[0, 10]], [[2, 3], [5, 20]]), [[0, 2], [3, 5]]);
  assert.deepEqual(without([[0, 1]], []), [[0, 1]]);
  assert.deepEqual(common([[[0, 5], [8, 9]], [[1, 2], [4, 8.5]]]), [[1, 2], [4, 5], [8, 8.5]]);
});
