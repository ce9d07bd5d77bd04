import { test } from "node:test";
import assert from "node:assert/strict";
import { valueOf } from "../js/words.js";

const units = "mbar";

test("a value reads as people read it, with or without a note", () => {
  const reading = { event_type: "gauge", kind: "reading", metric_name: "pressure_pascals", unit: "pascals", value: 100 };
  assert.match(valueOf(reading, units), /^1(\.0+)? mbar$/);
  assert.match(valueOf({ ...reading, note: "" }, units), /mbar$/);
  assert.match(valueOf({ ...reading, note: "no pairs at all" }, units), /mbar$/);
  assert.equal(valueOf({ ...reading, value: 2, note: "state=running" }, units), "running");
  assert.equal(valueOf({ ...reading, value: null, missing: "sensor off" }, units), "no value: sensor off");
  assert.equal(valueOf({ ...reading, kind: "state", metric_name: "valve_is_open", unit: "", value: 1 }, units), "open");
});
