import assert from "node:assert/strict";
import { test } from "node:test";
import { valueOf } from "../js/words.js";

test("a note that is free text takes no value away", () => {
  const reading = { kind: "reading", event_type: "gauge", metric_name: "temperature_celsius", unit: "celsius", value: 21, note: 'said "<b>' };
  assert.equal(valueOf(reading, "torr"), "21.0 °C");
  assert.equal(valueOf({ ...reading, note: "state=idle" }, "torr"), "idle");
});
