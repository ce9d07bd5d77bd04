import assert from "node:assert/strict";
import { test } from "node:test";
import { Trend } from "../js/trend.js";

const reading = (device, seconds, value) => ({ source: "s", device, kind: "reading", ms: seconds * 1000, value, labels: {} });

test("a device that failed breaks its own curves, and no other", () => {
  const trend = new Trend();
  for (const t of [1, 2, 3]) for (const d of ["ion1", "ion10"]) trend.event(reading(d, t, t), "ig");
  trend.failed("s", "ion1", 3.5);
  for (const d of ["ion1", "ion10"]) trend.event(reading(d, 12, 9), "ig");
  assert.deepEqual(trend.get("s/ion1.ig"), { t: [1, 2, 3, 3.5, 12], v: [1, 2, 3, null, 9] });
  assert.deepEqual(trend.get("s/ion10.ig"), { t: [1, 2, 3, 12], v: [1, 2, 3, 9] });
});

test("a failure told late is put in its place", () => {
  const trend = new Trend();
  for (const t of [1, 9]) trend.event(reading("ion1", t, t), "ig");
  trend.failed("s", "ion1", 4);
  assert.deepEqual(trend.get("s/ion1.ig").v, [1, null, 9]);
});
