import assert from "node:assert/strict";
import { test } from "node:test";
import { haltRows, haltTitle, keptWords, ruleWords, shotWords, standing, stillTrue } from "../js/standing.js";

const now = Date.parse("2026-11-22T18:00:00");
const rule = (more) => ({ name: "pressure", when: "ion1.ig > 1", tripped: false, good: false, why: "", halts: ["laser"], forbids: ["V1.open"], bypassed_until: null, bypassed_by: "", bypass_why: "", ...more });

test("a bypassed rule says who took it out of force, why and until when", () => {
  const r = rule({ bypassed_until: "2026-11-22T20:00:00", bypassed_by: "boss", bypass_why: "gauge dead" });
  const w = ruleWords(r, now);
  assert.equal(w.title, "pressure · BYPASSED until 20:00:00");
  assert.equal(w.why, "by boss: gauge dead");
  assert.equal(w.does, "not in force: ion1.ig > 1 · does not halt laser · does not forbid V1.open");
  assert.equal(w.act, "end");
});

test("bypassed and tripped rules are shown, armed ones are not, and none twice", () => {
  const rules = [rule({ name: "armed" }), rule({ name: "tripped", tripped: true }), rule({ name: "both", tripped: true, bypassed_until: "2026-11-22T20:00:00" })];
  assert.deepEqual(standing(rules).map((r) => r.name), ["both", "tripped"]);
});

test("the latch of max_on is a trip that can be cleared once the laser is known to be off", () => {
  const latch = rule({ name: "max_on laser", when: "laser is on for 15m0s", tripped: true, why: "on for max_on, 15m0s", forbids: [] });
  assert.deepEqual(standing([latch]), [latch]);
  assert.deepEqual(ruleWords(latch, now), { title: "max_on laser", why: "on for max_on, 15m0s", does: "halts laser · clears when good and asked", act: "" });
  assert.equal(ruleWords({ ...latch, good: true }, now).act, "clear");
});

test("a kept configuration names its mistakes until the file runs", () => {
  assert.equal(keptWords(undefined, now), null);
  const kept = { kept: true, since: "2026-11-22T09:00:00", mistakes: ["agent.yaml:3:1: what; must be"], accepted: "" };
  const w = keptWords(kept, now);
  assert.match(w.text, /last good one of 09:00:00 runs\. Until an administrator accepts it only reading, idle values and halts work\./);
  assert.deepEqual([w.mistakes, w.accepted], [["agent.yaml:3:1: what; must be"], false]);
  assert.match(keptWords({ ...kept, accepted: "boss" }, now).text, /Accepted by boss\.$/);
  assert.equal(keptWords({ ...kept, accepted: "boss" }, now).accepted, true);
});

test("a halt's answer is a table with the worst first", () => {
  const result = { halted: ["laser"], unconfirmed: { oven: "no answer" }, failed: { co2: "port lost" }, holding: ["V1", "turbo"] };
  assert.deepEqual(haltRows(result).map((r) => `${r.device} ${r.state}`), ["co2 failed", "oven unconfirmed", "laser halted", "V1 holding", "turbo holding"]);
  assert.match(haltRows(result)[0].words, /NOT HALTED: port lost\. Use the wired stop\./);
  assert.match(haltRows(result)[1].words, /NOT CONFIRMED: no answer/);
});

test("only a halt that is confirmed is called halted", () => {
  assert.equal(haltTitle({ halted: ["laser"], unconfirmed: {}, failed: {}, holding: ["V1"] }), "Halted");
  assert.equal(haltTitle({ halted: ["laser"], unconfirmed: { oven: "x" }, failed: {} }), "HALT: NOT ALL CONFIRMED");
  assert.equal(haltTitle({ unconfirmed: { oven: "x" }, failed: { laser: "y" } }), "HALT: NOT ALL HALTED");
  assert.deepEqual(haltRows({}), []);
});

test("shots of which nobody knows are shown beside the count", () => {
  assert.deepEqual(shotWords({ shots: 12, uncertain: 0 }), { shots: "12 shots", uncertain: "" });
  assert.deepEqual(shotWords({ shots: 12, uncertain: 2 }), { shots: "12 shots", uncertain: "2 uncertain" });
});

test("a row has the colour of what still is so, not of what came again after it", () => {
  const since = "2026-11-29T16:09:36.478785Z", status = { rules: [rule({ tripped: true, since })], alarms: [{ source: "s", name: "warm", active: true, since }] };
  const row = (kind, labels, at) => stillTrue(status, { kind, labels, source: "s", ms: Date.parse(at) });
  for (const [kind, labels] of [["trip", { rule: "pressure" }], ["alarm", { alarm: "warm" }]]) {
    assert.equal(row(kind, labels, "2026-11-29T16:09:36.478Z"), true, `${kind} that stands`);
    assert.equal(row(kind, labels, "2026-11-29T16:08:36Z"), false, `${kind} that was over in between`);
  }
  assert.equal(row("alarm", { alarm: "other" }, since), false);
  assert.equal(stillTrue(null, { kind: "alarm", labels: {}, ms: 0 }), false);
  assert.equal(stillTrue({ rules: [{ name: "pressure", tripped: true }] }, { kind: "trip", labels: { rule: "pressure" }, ms: 5 }), true, "an agent that does not say since when");
  assert.equal(row("failure", {}, since), true, "what nothing ends");
});
