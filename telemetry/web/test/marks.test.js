import assert from "node:assert/strict";
import { test } from "node:test";
import { grouped, kindOf, marksOf } from "../js/marks.js";

const event = (t, kind, more = {}) => ({ source: "s", lane: "audit", kind, ms: t * 1000, device: "V1", point: "open", metric_name: "valve_is_open", value: 1, labels: {}, note: "old=0", ...more });

test("there are as many marks as events", () => {
  const many = Array.from({ length: 1000 }, (_, i) => event(i, "state"));
  assert.equal(marksOf(many, 0, 2000).length, 1000);
  assert.equal(marksOf(many, 100, 199).length, 100);
  assert.equal(marksOf(many, 0, 2000, new Set(["state"])).length, 0);
});

test("where many are, they are counted, and none is lost", () => {
  const groups = grouped(marksOf(Array.from({ length: 1000 }, (_, i) => event(i, i === 500 ? "trip" : "state")), 0, 2000), 50);
  assert.equal(groups.reduce((n, g) => n + g.marks.length, 0), 1000);
  assert.ok(groups.length <= 20);
  assert.deepEqual(groups.filter((g) => g.kind === "trip").length, 1, "the most severe is seen");
});

test("what has no mark, and what is refused", () => {
  const kinds = [event(1, "reading", { lane: "readings" }), event(1, "state", { note: "old=unknown" }), event(1, "state", { metric_name: "valve_is_commanded" }), event(1, "clock"),
    event(1, "command", { status: "success", labels: { result: "success" }, metric_name: "commands_total" }), event(1, "command", { status: "interlock", metric_name: "commands_refused_total" }),
    event(1, "command", { status: "x", labels: { result: "failed" }, metric_name: "commands_total" })].map(kindOf);
  assert.deepEqual(kinds, ["", "", "", "", "", "refused", "command"]);
});
