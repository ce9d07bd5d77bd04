import assert from "node:assert/strict";
import { test } from "node:test";
import { abnormal } from "../js/abnormal.js";

const status = (rules, alarms, sources) => ({ rules, alarms, sources });
const rule = (more) => ({ source: "a", name: "bone pressure", when: "ion1.ig > torr(1e-3) or chamber.pressure > torr(1)", tripped: true, good: false, ...more });
const alarm = (more) => ({ source: "a", name: "bone warm", when: "oven.temperature > 300", severity: "warning", active: true, ...more });
const shown = (s) => [...abnormal(s)].map(([key, m]) => [key, m.look, m.words]);

test("a trip is a trip and an alarm is an alarm, however severe it is", () => {
  assert.deepEqual(shown(status([rule()], [])), [["a/ion1.ig", "bad", "tripped: bone pressure"], ["a/chamber.pressure", "bad", "tripped: bone pressure"]]);
  assert.deepEqual(shown(status([], [alarm()])), [["a/oven.temperature", "warn", "alarm: bone warm"]]);
  assert.deepEqual(shown(status([], [alarm({ severity: "error" })])), [["a/oven.temperature", "bad", "alarm: bone warm"]], "red, and no trip");
  assert.equal(abnormal(status([], [alarm({ severity: "critical" })])).get("a/oven.temperature").sign, "alarm");
});

test("what is good again, shelved, bypassed or of an agent that is silent colours nothing", () => {
  for (const [why, s] of [
    ["good again, not cleared", status([rule({ good: true })], [])], ["shelved", status([], [alarm({ shelved_until: "2026-11-29T18:00:00Z" })])],
    ["bypassed", status([rule({ bypassed_until: "2026-11-29T18:00:00Z" })], [])], ["over", status([], [alarm({ active: false })])],
    ["silent", status([rule()], [alarm()], [{ source: "a", state: "offline" }])],
  ]) assert.deepEqual(shown(s), [], why);
});
