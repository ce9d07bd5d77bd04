import assert from "node:assert/strict";
import { test } from "node:test";
import { limitsFor, limitsOf } from "../js/limits.js";

test("the limits that conditions name", () => {
  const limits = limitsOf({
    rules: [{ name: "bone pressure", when: "ion1.ig > torr(1e-3) or chamber.pressure > torr(1)" }, { name: "coolant", when: 'health("chiller") == "unavailable"' }],
    alarms: [{ name: "cold", when: "trap.t < -5" }, { name: "warm", when: "trap.t >= celsius(40)" }],
  });
  assert.deepEqual(limits.map((l) => [l.kind, l.name, `${l.device}.${l.point}`, l.above, Number(l.value.toPrecision(6))]), [
    ["trip", "bone pressure", "ion1.ig", true, 0.133322], ["trip", "bone pressure", "chamber.pressure", true, 133.322],
    ["alarm", "cold", "trap.t", false, -5], ["alarm", "warm", "trap.t", true, 40],
  ]);
  assert.deepEqual(limitsFor(limits, [{ key: "s/ion1.ig" }, { key: "s/ion1.cg" }]).map((l) => [l.key, l.name]), [["s/ion1.ig", "bone pressure"]]);
  assert.equal(limitsFor([{ ...limits[0], source: "other" }], [{ key: "s/ion1.ig" }]).length, 0);
});
