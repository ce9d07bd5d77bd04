// What needs somebody, in order: not acknowledged first, then by severity, then the newest. Pure.

import { many, span, when } from "./format.js";
import { bypassed, keptWords, standing } from "./standing.js";
import { inUnits } from "./unitwords.js";

const SEVERITY = { critical: 0, error: 1, warning: 2, info: 3, debug: 4 };
const HALT = "halt"; // the rule that is latched by a halt from outside

const joined = (parts) => parts.filter(Boolean).join(" · ");
const ms = (text) => Date.parse(text ?? "") || 0;

/**
 * Everything that needs somebody: [{key, kind, look: bad|warn|unknown|note, source, title, text, since (ms), severity, acked, shelved, acts, of}].
 * acts are the verbs that can be pressed: clear, end-bypass, end-halt, ack, shelve, accept; what cannot be cleared yet has none.
 */
export function attention(status, { now, units = "torr" }) {
  const dead = new Map((status.sources ?? []).filter((s) => s.state !== "online").map((s) => [s.source, s]));
  const alive = (x) => !dead.has(x.source);
  const alarms = (status.alarms ?? []).filter(alive), silent = (status.devices ?? []).filter(alive).filter((d) => d.health === "unavailable");
  const alarmed = (d) => alarms.some((a) => a.active && !a.shelved_until && isSilenceOf(a, d));
  return inOrder([
    ...[...dead.values()].map((s) => silentAgent(s, now)),
    ...halts(status, alive, now),
    ...standing((status.rules ?? []).filter(alive)).map((r) => trip(r, now, units)),
    ...alarms.filter(needed).map((a) => alarm(a, now, units, silent.find((d) => isSilenceOf(a, d)))),
    ...silent.filter((d) => !alarmed(d)).map((d) => silentDevice(d, now)),
    ...services(status, now), ...notes(status, now, dead.has(status.source)),
  ]);
}

/** The items that must be seen now: without those that are shelved. */
export function pressing(items) {
  return items.filter((i) => !i.shelved);
}

/** Items in their order. */
export function inOrder(items) {
  return items.map((item, i) => ({ item, i })).sort((a, b) => rank(a.item) - rank(b.item) || b.item.since - a.item.since || a.i - b.i).map((x) => x.item);
}

function rank(i) {
  return (i.shelved ? 200 : 0) + (i.acked ? 100 : 0) + (i.kind === "note" ? 50 : 0) + i.severity;
}

/** True for an alarm that is shown: active, or over and not yet acknowledged. */
export function needed(a) {
  return a.active || Boolean(a.states?.includes("unacknowledged"));
}

// The alarm that the agent itself has for a device that is silent: then the device is not listed once more.
const isSilenceOf = (a, d) => a.name === `${d.name} does not answer` && (a.source ?? "") === (d.source ?? a.source ?? "");

const named = (source, name) => ({ source: source ?? "", name });

function item(kind, look, of, title, text, more) {
  return { key: `${kind} ${of.source}/${of.name}`, kind, look, source: of.source, of: of.name, title, text, since: 0, severity: 1, acked: false, shelved: false, acts: [], ...more };
}

/** What a rule keeps from happening, in words. */
export function guardWords(rule) {
  const halted = rule.halts?.length ? `${rule.halts.join(", ")} halted` : "";
  return joined([halted, (rule.forbids ?? []).map(forbidWord).join(", ")]);
}

function forbidWord(control) {
  if (control === "*") return "nothing may be moved";
  const dot = control.lastIndexOf(".");
  const [device, what] = [control.slice(0, dot), control.slice(dot + 1)];
  if (what === "open") return `${device} may not open`;
  if (what === "enabled") return `${device} may not be enabled`;
  return `${control} may not be moved`;
}

function trip(rule, now, units) {
  const of = named(rule.source, rule.name), since = ms(rule.since);
  const why = inUnits(rule.why || rule.when, units);
  if (bypassed(rule)) {
    const until = when(ms(rule.bypassed_until), now);
    return item("trip", "bad", of, `${rule.name} BYPASSED until ${until}`, `by ${rule.bypassed_by || "somebody"}: ${rule.bypass_why || "no reason given"} · not in force: ${inUnits(rule.when, units)}`,
      { since, severity: 0, acts: ["end-bypass"], bypassed: true });
  }
  if (rule.name === HALT) return item("trip", "bad", of, "HALTED by agent halt", `${rule.why} · nothing may be moved until it is ended`, { since, severity: 0, acts: ["end-halt"] });
  const text = joined([why, guardWords(rule), rule.good ? "good now" : "not good yet"]);
  return item("trip", "bad", of, since ? `Tripped ${when(since, now)} · ${rule.name}` : `Tripped · ${rule.name}`, text, { since, severity: 0, acts: rule.good ? ["clear"] : [] });
}

function alarm(a, now, units, device) {
  const severity = SEVERITY[a.severity] ?? 2, shelved = Boolean(a.shelved_until);
  const more = (a.states ?? []).filter((s) => !["active", "unacknowledged", "shelved"].includes(s));
  const title = joined([inUnits(a.text || a.name, units), !a.active && "over, not acknowledged", ...more]);
  const since = ms(a.since);
  const text = joined([since && a.active && `for ${span((now - since) / 1000)}`, a.active && inUnits(device?.error || a.why || a.when, units), a.acknowledged && `acknowledged by ${a.acknowledged}`,
    shelved && `shelved until ${when(ms(a.shelved_until), now)}: ${a.shelved_why}`]);
  return item("alarm", severity <= 1 ? "bad" : severity === 2 ? "warn" : "note", named(a.source, a.name), title, text,
    { since, severity: 0.5 + severity, acked: Boolean(a.acknowledged), shelved, acts: [!a.acknowledged && "ack", "shelve"].filter(Boolean), over: !a.active, detail: alarmDetail(a) });
}

function alarmDetail(a) {
  return joined([a.cause && `cause: ${a.cause}`, a.consequence && `consequence: ${a.consequence}`, a.action && `to do: ${a.action}`]);
}

function silentDevice(d, now) {
  const since = ms(d.since);
  return item("silent", "unknown", named(d.source, d.name), `${d.name} does not answer`, joined([since && `for ${span((now - since) / 1000)}`, inUnits(d.error, "torr")]), { since, severity: 1.8 });
}

function silentAgent(s, now) {
  const at = ms(s.last_word);
  const text = at ? `last word ${when(at, now)}, ${span((now - at) / 1000)} ago · its own rules go on guarding` : "never heard · its own rules go on guarding";
  return item("agent", "bad", named(s.source, ""), `${s.source} is ${s.state === "offline" ? "offline" : "silent"}`, text, { since: at, severity: 0, acts: ["forget"] });
}

function halts(status, alive, now) {
  const all = status.role === "viewer" && !status.source ? (status.sources ?? []).filter(alive) : [{ source: status.source, halted: status.halted }];
  return all.filter((s) => s.halted).map((s) => {
    const h = s.halted, at = ms(h.at), told = (h.halted?.length ?? 0) + (h.unconfirmed?.length ?? 0) + (h.failed?.length ?? 0);
    const bad = [...(h.failed ?? []).map((d) => `${d} NOT HALTED`), ...(h.unconfirmed ?? []).map((d) => `${d} not confirmed`)];
    const text = joined([`${told} told, ${h.halted?.length ?? 0} confirmed idle`, bad.join(", "), h.holding?.length && `as they were: ${h.holding.join(", ")}`]);
    return item("halt", "bad", named(s.source, "halt"), `Halted by ${h.by || "somebody"} at ${when(at, now)}`, text, { since: at, severity: bad.length ? -1 : 0, acts: ["end-halt"] });
  });
}

function services(status) {
  return (status.services ?? []).filter((s) => s.health > 1 && s.service !== "broker").map((s) =>
    item("service", s.health === 3 ? "bad" : "warn", named(status.source, s.service), s.service, s.text || "not well", { severity: s.health === 3 ? 1.9 : 2.9 }));
}

// What one must know, and which nobody trips over: the configuration that was kept, capture, the clock, the broker.
function notes(status, now, silent) {
  const list = [], note = (name, look, title, text, more) => list.push(item("note", look, named(status.source, name), title, text, { severity: 3, ...more }));
  const kept = keptWords(status.configuration, now);
  if (kept) note("kept", kept.accepted ? "warn" : "bad", "Last good configuration runs", kept.text, { kind: "kept", severity: 1, acts: kept.accepted ? [] : ["accept"], detail: kept.mistakes.join("\n") });
  const up = status.uplink;
  const lag = Object.values(up?.lag ?? {}).reduce((a, b) => a + b, 0);
  if (up?.broker && !up.connected) note("broker", "warn", "No connection to the broker", joined([up.error, `${lag} events wait`]), { kind: "service", severity: 2 });
  if (status.capture === false) note("capture", "note", "Capture is off", "readings and metrics make no events; commands, refusals, failures, trips and alarms still do");
  const listed = status.services?.some((x) => x.service === "clock" && x.health > 1);
  if (status.clock?.synchronised === false && !listed && !silent) note("clock", "note", "Clock not synchronised", "dates and times are not to be believed, ages and order are");
  return list;
}

/** The grey sentence of a line with which nothing is wrong. */
export function calm(status) {
  const rules = status.rules?.length ?? 0, alarms = status.alarms?.length ?? 0, devices = (status.devices ?? []).length;
  if (!devices) return "No instrument is configured.";
  return `Nothing tripped, nothing in alarm, everything answers: ${many(rules, "rule")} and ${many(alarms, "alarm")} watch ${many(devices, "device")}.`;
}
