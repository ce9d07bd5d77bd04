import assert from "node:assert/strict";
import test from "node:test";
import { beyondAt, valueAt } from "../js/names.js";

const curve = { key: "line1/gauges.conv", data: { t: [10, 20, 30], mean: [1, 1, 5], min: [], max: [] } };
const bounds = [{ key: "line1/gauges.conv", from: 10, to: 20, bound: "at_most" }, { key: "line1/gauges.other", from: 0, to: 99, bound: "at_least" }];

test("a reading under range is a limit as long as it holds, and the next one is a number", () => {
  for (const [t, value, beyond] of [[5, undefined, ""], [10, 1, "< "], [25, 1, "< "], [30, 5, ""], [40, 5, ""]]) {
    assert.equal(valueAt(curve, t), value, `at ${t}`);
    assert.equal(beyondAt(curve, t, bounds), beyond, `at ${t}`);
  }
  assert.equal(beyondAt({ ...curve, key: "line1/gauges.other" }, 30, bounds), "> ");
  assert.equal(beyondAt(curve, 25), "");
});
