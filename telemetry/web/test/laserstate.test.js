import assert from "node:assert/strict";
import { test } from "node:test";
import { laserCounts, laserNow } from "../js/laserstate.js";

const now = Date.parse("2026-11-28T12:03:02Z");
const laser = (enabled, more = {}) => ({
  name: "laser", family: "laser", health: "healthy", max_on: 900, on_since: null,
  points: [{ point: "enabled", unit: "", value: 0, since: "2026-11-28T12:00:41Z", ...enabled }, { point: "power", unit: "percent", value: 12.5, bound: "exact" }], ...more,
});
const said = (device, more) => (({ state, word, note }) => [state, word, note])(laserNow(device, { now, ...more }));

test("off is what was read to be off, and nothing else", () => {
  assert.deepEqual(said(laser({})), ["off", "OFF", "12.5 %, read back"]);
  assert.deepEqual(said(laser({ value: null, last: 0, stale: true })), ["unknown", "not known", "was off"]);
  assert.deepEqual(said(laser({}, { health: "unavailable" })), ["unknown", "not known", "was off"]);
  assert.deepEqual(said(laser({ value: null })), ["unknown", "not known", "never heard"]);
  assert.deepEqual(said(laser({}), { lost: true }), ["unknown", "not known", "was off"]);
  assert.deepEqual(said(laser({ value: null, missing: "no answer", timestamp: "2026-11-28T12:03:01Z" })), ["unknown", "not known", "no answer"], "one that was heard and is silent now");
  assert.deepEqual(said(laser({ value: null, missing: "not read yet" })), ["unknown", "not known", "never heard"]);
});

test("on says its power and how long max_on leaves it", () => {
  assert.deepEqual(said(laser({ value: 1 }, { on_since: "2026-11-28T12:00:41Z" })), ["on", "ON 12.5 %", "12 min 39 s left"]);
  assert.deepEqual(said(laser({ value: 1 })), ["on", "ON 12.5 %", "12 min 39 s left"]); // a viewer knows since when by the event
  assert.deepEqual(said(laser({ value: 1 }, { max_on: 0 })), ["on", "ON 12.5 %", ""]);
});

test("light that comes out though it is told to be off is on", () => {
  assert.equal(said(laser({ value: 0 }, { on_since: "2026-11-28T12:00:41Z" }))[0], "on");
});

test("without a connection it may be on if it was, and says when it ends by itself", () => {
  const [state, word, note] = said(laser({ value: 1 }, { on_since: "2026-11-28T12:00:41Z" }), { lost: true });
  assert.deepEqual([state, word], ["maybe", "may be ON"]);
  assert.match(note, /^ends by itself at \d\d:15:41$/);
  assert.equal(said(laser({ value: null, last: 1, stale: true }))[0], "maybe");
});

test("a viewer counts what may be on as on", () => {
  const devices = [laser({}), laser({ value: 1 }), laser({ value: null, last: 1, stale: true }), laser({ value: null }), { family: "valve", points: [] }];
  assert.deepEqual(laserCounts(devices, () => ({ now })), { on: 2, off: 1, unknown: 1 });
});
