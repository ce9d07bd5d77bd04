import assert from "node:assert/strict";
import { test } from "node:test";
import { conditionRows } from "../js/linerows.js";

test("a condition says its present value in the unit that was chosen, in the page's one notation", () => {
  const control = { conditions: [{ what: "V1 verified closed", now: "closed", good: true }, { what: "rule bone pressure", now: "good: ion1.ig = 1.328e-09 torr", good: true }, { what: "rule getter open", now: "tripped: V5.open = 1", good: false }] };
  const rows = (units) => conditionRows({}, { now: 0, units, status: { rights: ["command"] } }, {}, control).slice(0, 3);
  assert.deepEqual(rows("torr"), [["V1 verified closed", "yes, closed", true], ["rule bone pressure", "good: ion1.ig = 1.328e-9 Torr", true], ["rule getter open", "no: tripped: V5.open = 1", false]]);
  assert.equal(rows("mbar")[1][1], "good: ion1.ig = 1.77e-9 mbar");
});
