import assert from "node:assert/strict";
import { test } from "node:test";
import { explain, sentence } from "../js/sentence.js";

const event = (kind, metric_name, more) => ({ kind, metric_name, event_type: "counter", value: 1, unit: "", labels: {}, status: "success", note: "", device: "", point: "", lane: "audit", severity: "info", source: "s", ...more });
const said = (...args) => {
  const s = sentence(event(...args), "torr");
  return s.more ? `${s.what} · ${s.more}` : s.what;
};

test("commands read as what was done, by whom and how long it took", () => {
  const v = (labels, note, more) => said("command", "commands_total", { device: "V2", labels: { device: "V2", ...labels }, note, ...more });
  assert.equal(v({ control: "open" }, "who=jr via=page old=0 new=1 took=242.918ms"), "V2 opened · by jr from the page · took 243 ms");
  assert.equal(v({ control: "open" }, "who=jr via=pychron old=1 new=0 took=684µs"), "V2 closed · by jr through Pychron's protocol · took 0.7 ms");
  assert.equal(v({ control: "open" }, "who=jr via=http old=1 new=1 took=61µs"), "V2 stays open · by jr · took 0.1 ms");
  assert.equal(v({ control: "open" }, "who=jr via=http old=unknown new=1"), "V2 opened · by jr");
  assert.equal(v({ control: "enabled" }, "who=jr via=http old=0 new=0"), "V2 stays disabled · by jr");
  assert.equal(v({ control: "lock" }, "who=jr via=http why=cleaning"), "V2 locked · by jr · cleaning");
  assert.equal(v({ control: "halt" }, 'who=agent via=rule why="rule getter: V5.open = 1" took=9.025ms'), "V2 halted · by the agent · rule getter: V5.open = 1 · took 9.0 ms");
  assert.equal(said("command", "commands_total", { device: "laser", labels: { control: "power" }, note: "who=jr via=http old=0 new=12 took=1.5s" }), "laser power set to 12.0 % · was 0.0 % · by jr · took 1500 ms");
});

test("a refusal says what was not done, and why", () => {
  const refused = (more) => said("command", "commands_refused_total", { device: "V6", status: "ion1.ig is above 1e-3 torr: refused", note: "who=pychron via=http device=V6 control=open new=1", ...more });
  assert.equal(refused({}), "V6 was not opened · asked by pychron · ion1.ig is above 1e-3 Torr");
  assert.equal(refused({ device: "", status: "no such token", note: 'who=loopback call="POST /devices/V1/open"' }), "A call was refused · asked by loopback · no such token · POST /devices/V1/open");
});

test("a value that is neither on nor off is not told as one", () => {
  assert.match(said("command", "commands_refused_total", { device: "V1", status: "out of range", note: "who=e2e device=V1 control=open new=7" }), /^V1 open was not set · asked by e2e · out of range$/);
});

test("a command whose end is not known is not told as done", () => {
  const s = sentence(event("command", "commands_total", { device: "V1", labels: { control: "open" }, status: "timeout", note: "who=jr" }), "torr");
  assert.deepEqual([s.what, s.look], ["V1.open: not done, timeout", "bad"]);
});

test("trips, alarms, failures and what ends them", () => {
  assert.equal(said("trip", "interlock_tripped", { labels: { rule: "bone" }, status: "tripped", note: 'why="ion1.ig = 1.4e-03 torr"' }), "Trip: bone · ion1.ig = 1.4e-3 Torr");
  assert.equal(said("trip", "interlock_tripped", { value: 0, labels: { rule: "bone" }, status: "cleared", note: "who=jr via=http" }), "bone cleared · by jr");
  assert.equal(said("alarm", "alarm_active", { labels: { alarm: "getter" }, status: "raised", note: 'why="V5.open = 1" text="the getter is open"' }), "Alarm: the getter is open · V5.open = 1");
  assert.equal(said("alarm", "alarm_active", { labels: { alarm: "getter" }, status: "acknowledged", note: 'who=jr via=http text="the getter is open"' }), "Acknowledged: the getter is open · by jr");
  assert.equal(said("failure", "device_up", { device: "airbox", status: "no answer within 500 ms" }), "airbox does not answer · no answer within 500 ms");
  assert.equal(said("recovery", "device_up", { device: "airbox" }), "airbox answers again");
});

test("runs and phases; a run that failed is bad", () => {
  assert.equal(said("lifecycle", "run_started", { labels: { run_id: "66573-01A", queue: "FC-2", sample: "sanidine" } }), "Run 66573-01A started · sanidine · queue FC-2");
  const failed = sentence(event("lifecycle", "run_completed", { labels: { run_id: "66573-01A", status: "failed" } }), "torr");
  assert.deepEqual([failed.what, failed.look], ["Run 66573-01A completed: failed", "bad"]);
  assert.equal(said("lifecycle", "extraction_started_total", { labels: { run_id: "0a1b2c3d-1111-2222-3333-444455556666" } }), "Extraction started · run 0a1b2c3d");
});

test("states and readings in the unit chosen; what nobody knows by name keeps its labels", () => {
  assert.equal(said("state", "valve_is_open", { event_type: "gauge", device: "V1", point: "open", note: "old=0 actuations=1" }), "V1 is open · was closed");
  assert.equal(said("state", "is_error_word", { event_type: "gauge", value: 3, device: "turbo", point: "error_word", note: "old=0" }), "turbo: error code 3 · was 0");
  assert.equal(said("reading", "pressure_pascals", { event_type: "gauge", value: 0.00133322, unit: "pascals", bound: "exact", device: "ion1", point: "ig" }), "ion1.ig 1.00e-5 Torr");
  assert.equal(said("lifecycle", "db_duration_seconds", { event_type: "histogram", value: 1.2, lane: "ingest", labels: { operation: "save", backend: "mysql" } }), "Db duration seconds 1.2 · operation=save backend=mysql");
});

test("no sentence says commands_total", () => {
  for (const control of ["open", "enabled", "power", "halt", "lock", "unlock", "hold", "motor"]) {
    assert.doesNotMatch(said("command", "commands_total", { device: "x", labels: { control }, note: "who=jr old=0 new=1" }), /commands_total/);
  }
});

test("what a command tells of already is not told twice", () => {
  const events = [event("state", "valve_is_open", { device: "V1", ms: -9000 }), event("state", "valve_is_open", { device: "V1", ms: 1000 }), event("state", "valve_is_open", { device: "V2", ms: 1000 })];
  assert.equal(explain(events, event("command", "commands_total", { device: "V1", ms: 1200 })), true);
  assert.deepEqual(events.map((e) => Boolean(e.told)), [false, true, false]);
  assert.equal(explain(events, event("command", "commands_refused_total", { device: "V2", ms: 1200, status: "refused" })), false);
});

test("a part of the program is well or not, and does not fall silent", () => {
  assert.equal(said("failure", "service_health_state", { labels: { service: "clock" }, status: "not synchronised" }), "The clock is not well · not synchronised");
  assert.equal(said("recovery", "service_health_state", { labels: { service: "clock" } }), "The clock is well again");
});

test("an agent that the viewer does not hear is told as that, with the time of the reader", () => {
  const at = new Date(2026, 10, 29, 16, 15, 14), ms = at.getTime() + 22000;
  const silent = (more) => sentence(event("alarm", "alarm_active", { event_type: "gauge", severity: "error", labels: { alarm: "agent silent", agent: "line1" }, ms, ...more }), "torr");
  const offline = silent({ status: "offline", note: `last message ${at.toISOString()}` });
  assert.deepEqual([offline.what, offline.more, offline.icon], ["line1 is offline", "last word 16:15:14", "unknown"]);
  assert.equal(silent({ status: "stale", note: "last message never" }).what, "line1 is silent");
  const again = silent({ value: 0, status: "success", note: "sends again" });
  assert.deepEqual([again.what, again.more, again.icon], ["line1 sends again", "", "done"]);
});
