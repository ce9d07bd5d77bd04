import assert from "node:assert/strict";
import { test } from "node:test";
import { conditionRows, lastEvents } from "../js/linerows.js";

test("a condition says its present value in the unit that was chosen, in the page's one notation", () => {
  const control = { conditions: [{ what: "V1 verified closed", now: "closed", good: true }, { what: "rule bone pressure", now: "good: ion1.ig = 1.328e-09 torr", good: true }, { what: "rule getter open", now: "tripped: V5.open = 1", good: false }] };
  const rows = (units) => conditionRows({}, { now: 0, units, status: { rights: ["command"] } }, {}, control).slice(0, 3);
  assert.deepEqual(rows("torr"), [["V1 verified closed", "yes, closed", true], ["rule bone pressure", "good: ion1.ig = 1.328e-9 Torr", true], ["rule getter open", "no: tripped: V5.open = 1", false]]);
  assert.equal(rows("mbar")[1][1], "good: ion1.ig = 1.77e-9 mbar");
});

test("a valve that is told to open and is open stays so", () => {
  const event = (seq, note) => ({ kind: "command", metric_name: "commands_total", device: "V1", source: "s", lane: "audit", status: "success", note, ms: seq, key: String(seq) });
  const store = { log: { events: [event(1, "who=jr old=0 new=1"), event(2, "who=jr old=1 new=1"), event(3, "who=jr old=1 new=0"), event(4, "who=jr old=0 new=0")] } };
  assert.deepEqual(lastEvents(store, { device: "V1" }, "s").map((row) => row[1]), ["Stays closed by jr", "Closed by jr", "Stays open by jr", "Opened by jr"]);
});
