import assert from "node:assert/strict";
import { test } from "node:test";
import { attention, calm, pressing } from "../js/attention.js";
import { Slots } from "../js/slots.js";

const now = Date.parse("2026-11-28T12:03:02");
const at = (time) => `2026-11-28T${time}`;
const rule = (more) => ({ name: "bone pressure", source: "jan", when: "ion1.ig > torr(1e-3)", tripped: true, good: true, since: at("12:01:44"), why: "ion1.ig = 1.4e-03 torr", halts: [], forbids: ["V6.open"], ...more });
const alarm = (more) => ({ name: "bone", source: "jan", when: "ion1.ig > torr(1e-5)", severity: "warning", active: true, acknowledged: "", since: at("12:01:50"), text: "bone above 1e-5 torr", why: "", states: ["active", "unacknowledged"], ...more });
const titles = (status) => attention({ devices: [], ...status }, { now }).map((i) => i.title);

test("not acknowledged first, then severity, then the newest", () => {
  const status = {
    rules: [rule()],
    alarms: [alarm({ name: "a", text: "old", acknowledged: "mh", severity: "critical" }), alarm({ name: "b", text: "early", since: at("11:00:00") }), alarm({ name: "c", text: "late" }), alarm({ name: "d", text: "grave", severity: "error" })],
    devices: [{ name: "airbox", source: "jan", health: "unavailable", since: at("11:52:04"), error: "nothing came within 500 ms" }],
  };
  assert.deepEqual(titles(status), ["Tripped 12:01:44 · bone pressure", "grave", "airbox does not answer", "late", "early", "old"]);
});

test("a trip says its value in the person's unit, what may not be done, and whether it can be cleared", () => {
  const [t] = attention({ rules: [rule()] }, { now, units: "torr" });
  assert.equal(t.text, "ion1.ig = 1.4e-3 Torr · V6 may not open · good now");
  assert.deepEqual(t.acts, ["clear"]);
  const [u] = attention({ rules: [rule({ good: false, halts: ["laser"], forbids: ["laser.enabled"] })] }, { now, units: "mbar" });
  assert.equal(u.text, "ion1.ig = 1.87e-3 mbar · laser halted · laser may not be enabled · not good yet");
  assert.deepEqual(u.acts, []);
});

test("a dead agent stands once, and what it said before is not counted", () => {
  const status = { role: "viewer", sources: [{ source: "felix", state: "offline", last_word: at("11:49:10") }, { source: "jan", state: "online" }], rules: [rule(), rule({ source: "felix" })], alarms: [alarm({ source: "felix" })], devices: [{ name: "x", source: "felix", health: "unavailable" }] };
  assert.deepEqual(attention(status, { now }).map((i) => [i.source, i.kind]), [["jan", "trip"], ["felix", "agent"]]);
});

test("a HALT is told until it is ended, and first where something was not halted", () => {
  const halted = { by: "jr", via: "page", at: at("12:02:00"), halted: ["laser"], unconfirmed: ["oven"], failed: [], holding: ["V1"] };
  const [h, t] = attention({ role: "agent", source: "jan", halted, rules: [rule({ since: at("12:02:30") })] }, { now });
  assert.equal(h.title, "Halted by jr at 12:02:00");
  assert.equal(h.text, "2 told, 1 confirmed idle · oven not confirmed · as they were: V1");
  assert.deepEqual(h.acts, ["end-halt"]);
  assert.equal(t.kind, "trip");
});

test("two agents' rules of one name are two items", () => {
  const keys = attention({ rules: [rule(), rule({ source: "obama" })] }, { now }).map((i) => i.key);
  assert.equal(new Set(keys).size, 2);
});

test("a shelved alarm is in the list and does not press; one that is over and not acknowledged does", () => {
  const items = attention({ alarms: [alarm({ name: "a", shelved_until: at("18:00:00"), shelved_why: "delivery", states: ["active", "shelved"] }), alarm({ name: "b", active: false, states: ["unacknowledged"] }), alarm({ name: "c", active: false, states: [] })] }, { now });
  assert.deepEqual(items.map((i) => [i.of, i.shelved]), [["b", false], ["a", true]]);
  assert.deepEqual(pressing(items).map((i) => i.of), ["b"]);
});

test("notes press nobody: they stand behind everything that is wrong, and nothing wrong is one grey sentence", () => {
  const items = attention({ role: "agent", capture: false, clock: { synchronised: false }, alarms: [alarm({ severity: "info" })] }, { now });
  assert.deepEqual(items.map((i) => i.kind), ["alarm", "note", "note"]);
  const offline = { role: "viewer", source: "a", sources: [{ source: "a", state: "offline" }], clock: { synchronised: false } };
  assert.deepEqual(attention(offline, { now }).map((i) => i.kind), ["agent"], "nobody knows the clock of an agent that is not heard");
  assert.equal(calm({ rules: [rule()], alarms: [], devices: [{}, {}] }), "Nothing tripped, nothing in alarm, everything answers: 1 rule and 0 alarms watch 2 devices.");
});

const items = (...keys) => keys.map((key) => ({ key }));

test("what stands in the row keeps its place while somebody points at it", () => {
  const slots = new Slots(2);
  slots.put(items("a"), 0, false);
  slots.put(items("trip", "a"), 1000, true);
  assert.deepEqual(slots.places.map((p) => p.key), ["a", "trip"]);
  slots.put(items("trip", "a"), 2000, false);
  assert.deepEqual(slots.places.map((p) => p.key), ["trip", "a"]);
  slots.put(items("a"), 3000, true);
  assert.deepEqual(slots.places.map((p) => p.key), [null, "a"]);
});

test("a button whose item has just changed rests for a moment", () => {
  const slots = new Slots(1);
  slots.put(items("a"), 0, false);
  const [place] = slots.put(items("a"), 1000, false);
  assert.equal(slots.ready(place, 1000), true);
  slots.put(items("trip", "a"), 1100, false);
  assert.equal(slots.ready(place, 1500), false);
  assert.equal(slots.ready(place, 2100), true);
});

test("a silent device is listed once: by its alarm, with what is wrong, where that is active and not shelved", () => {
  const device = { name: "ion1", source: "jan", health: "unavailable", since: at("12:01:00"), error: "not plugged in" };
  const own = (more) => alarm({ name: "ion1 does not answer", text: "", why: "ion1 is unavailable", ...more });
  assert.deepEqual(titles({ devices: [device], alarms: [own()] }), ["ion1 does not answer"]);
  assert.match(attention({ devices: [device], alarms: [own()] }, { now })[0].text, /not plugged in/);
  assert.equal(titles({ devices: [device], alarms: [own({ shelved_until: at("13:00:00") })] }).length, 2);
  assert.equal(titles({ devices: [device], alarms: [own({ active: false })] }).length, 2);
  assert.equal(titles({ devices: [{ ...device, source: "felix" }], alarms: [own()] }).length, 2);
});
