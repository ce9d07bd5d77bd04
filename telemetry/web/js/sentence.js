// An event as a sentence: what happened, then by whom, why and how long. The metric's name is a detail, and stands in the opened row. Pure.

import { labels, logfmt, when } from "./format.js";
import { display, number } from "./units.js";
import { inUnits } from "./unitwords.js";
import { plainName } from "./channels.js";
import { refusedWhy, subject, valueOf } from "./words.js";

const joined = (parts) => parts.filter(Boolean).join(" · ");
const capital = (text) => text && text[0].toUpperCase() + text.slice(1);

/** {what, more, icon, look: bad|warn|""} of an event; pressures in units. */
export function sentence(event, units) {
  const note = logfmt(event.note ?? "") ?? {};
  const make = SENTENCES[event.kind] ?? other;
  const s = make(event, note, units);
  return { look: "", ...s, more: inUnits(joined([].concat(s.more)), units) };
}

const SENTENCES = { command, state, trip, alarm, failure, recovery, lifecycle, reading, system, clock };

// "238 ms" of "237.918ms".
function took(text) {
  const m = /^([\d.]+)(µs|us|ms|s)$/.exec(text ?? "");
  if (!m) return text ? text : "";
  const ms = Number(m[1]) * { µs: 0.001, us: 0.001, ms: 1, s: 1000 }[m[2]];
  return ms >= 10000 ? `${(ms / 1000).toFixed(1)} s` : ms >= 10 ? `${Math.round(ms)} ms` : `${ms.toFixed(1)} ms`;
}

const VIA = { mqtt: "through the broker", pychron: "through Pychron's protocol", socket: "on the machine itself", page: "from the page" };

function by({ who, via }, word = "by") {
  if (!who) return "";
  return who === "agent" ? `${word} the agent` : [`${word} ${who}`, VIA[via]].filter(Boolean).join(" ");
}

const DONE = { lock: "locked", unlock: "unlocked", break_lock: "unlocked by force", hold: "held by a lease", release: "released", halt: "halted" };

function command(event, note, units) {
  const device = event.device || note.device || "", control = event.labels?.control || note.control || "";
  if (event.metric_name.startsWith("commands_refused")) {
    const done = participle(control, note.new);
    const act = !device ? "A call was refused" : done ? `${device} was not ${done}` : `${device}${control ? ` ${plainName(control)}` : ""} was not set`;
    return { what: act, more: [by(note, "asked by"), refusedWhy(event.status), note.call], icon: "refused" };
  }
  if (event.metric_name !== "commands_total") return other(event, note, units);
  const good = event.status === "success", icon = control === "halt" ? "refused" : iconOf(control);
  const why = note.why && note.why !== "asked for" ? note.why : "";
  if (!good) return { what: `${device}.${control}: ${event.status === "unsettled" ? "what became of it is not known" : `not done, ${event.status}`}`, more: [by(note), why, took(note.took)], icon, look: "bad" };
  const more = [by(note), why, note.took && `took ${took(note.took)}`];
  if (DONE[control]) return { what: `${device} ${DONE[control]}`, more, icon: control === "halt" ? "refused" : "locked" };
  const done = participle(control, note.new);
  if (done && note.old === note.new) return { what: `${device} stays ${STAYS[done]}`, more, icon };
  if (done) return { what: `${device} ${done}`, more, icon };
  const unit = /^(power)$/.test(control) ? "percent" : "";
  const say = (v) => (unit ? Object.values(display(Number(v), unit, units)).join(" ").trim() : number(Number(v)));
  return { what: `${device} ${plainName(control)} set to ${say(note.new)}`, more: [note.old !== undefined && `was ${note.old === "unknown" ? "not known" : say(note.old)}`, ...more], icon: "set" };
}

// What somebody asks for that is so already did not happen again.
const STAYS = { opened: "open", closed: "closed", enabled: "enabled", disabled: "disabled" };

function participle(control, value) {
  if (control !== "halt" && value !== "0" && value !== "1") return "";
  if (control === "open" || /^V\w+$/.test(control)) return value === "1" ? "opened" : "closed";
  if (control === "enabled") return value === "1" ? "enabled" : "disabled";
  if (control === "halt") return "halted";
  return "";
}

const iconOf = (control) => (control === "enabled" || control === "power" ? "beam" : control === "open" ? "valve" : "set");

function state(event, { old, ...note }, units) {
  const device = event.device, now = valueOf(event, units);
  const beam = event.metric_name === "laser_is_enabled", valve = event.point === "open" || event.metric_name === "valve_is_open";
  const what = valve || beam ? `${device} is ${now.toLowerCase()}` : `${device}: ${plainName(event.point || event.metric_name)} ${now}`;
  const was = old === undefined || old === "unknown" ? (old === "unknown" ? "as found at the start" : "") : `was ${event.value > 1 ? number(Number(old)) : valueOf({ ...event, value: Number(old), note: "" }, units).toLowerCase()}`;
  const more = Object.entries(note).filter(([k]) => !["state", "actuations", "beam_seconds", "shots", "on_seconds"].includes(k)).map(([k, v]) => `${plainName(k)} ${v}`);
  return { what, more: [was, ...more], icon: valve ? "valve" : beam ? "beam" : "set" };
}

function trip(event, note) {
  const rule = event.labels?.rule ?? "a rule";
  if (event.status === "tripped") return { what: `Trip: ${rule}`, more: [note.why], icon: "trip", look: "bad" };
  const words = { cleared: "cleared", bypassed: "bypassed", "bypass ended": "in force again" };
  return { what: `${rule} ${words[event.status] ?? event.status}`, more: [by(note), note.why], icon: "done" };
}

// Of the viewer: an agent that it does not hear. The last message is told in the reader's own time.
function silence(event, agent) {
  const last = Date.parse(/^last message (\S+)$/.exec(event.note ?? "")?.[1] ?? "");
  if (event.value === 0) return { what: `${agent} sends again`, more: [], icon: "done" };
  return { what: `${agent} is ${event.status === "offline" ? "offline" : "silent"}`, more: [Number.isNaN(last) ? event.note : `last word ${when(last, event.ms ?? Date.parse(event.timestamp))}`], icon: "unknown" };
}

function alarm(event, note) {
  if (event.labels?.alarm === "agent silent" && event.labels.agent) return silence(event, event.labels.agent);
  const name = note.text || event.labels?.alarm || "an alarm", agent = event.labels?.agent;
  const title = { raised: `Alarm: ${name}`, active: `Alarm: ${[agent, name].filter(Boolean).join(" ")}`, ended: `Over: ${name}`, acknowledged: `Acknowledged: ${name}`, shelved: `Shelved: ${name}` };
  const grave = event.severity === "error" || event.severity === "critical";
  const on = event.status === "raised" || event.status === "active";
  const more = event.note && !logfmt(event.note) ? event.note : "";
  return { what: title[event.status] ?? `${name}: ${event.status}`, more: [note.why, by(note), more], icon: on ? "alarm" : "done", look: on ? (grave ? "bad" : "warn") : "" };
}

// A part of the program is well or not; it does not answer or fall silent as an instrument does.
const isService = (event) => event.metric_name === "service_health_state";

function failure(event, note) {
  if (isService(event)) return { what: `The ${subject(event)} is not well`, more: [event.status !== "success" && event.status, note.why], icon: "unknown" };
  return { what: `${subject(event) || "something"} does not answer`, more: [event.status !== "success" && event.status, note.why], icon: "unknown" };
}

function recovery(event, note) {
  if (isService(event)) return { what: `The ${subject(event)} is well again`, more: [note.after && `after ${note.after}`], icon: "done" };
  return { what: `${subject(event) || "something"} answers again`, more: [note.after && `after ${note.after}`], icon: "done" };
}

const PHASES = { extraction: "Extraction", measurement: "Measurement", save: "Saving" };

function lifecycle(event) {
  const { run_id: id, run, queue, sample, run_type: type, status = event.status, ...more } = event.labels ?? {};
  const name = event.metric_name.replace(/^pychron_/, "").replace(/_total$/, ""), [, what, end] = /^(\w+)_(started|completed)$/.exec(name) ?? [];
  const about = run || (/^[0-9a-f]{8}-/.test(id ?? "") ? id.slice(0, 8) : id);
  const bad = end === "completed" && /^(failed|invalid)$/.test(status ?? "");
  if (what === "run") return { what: `Run ${about ?? ""} ${end}${end === "completed" && status ? `: ${status}` : ""}`, more: [type, sample, queue && `queue ${queue}`, labels(more)], icon: "run", look: bad ? "bad" : "" };
  if (what === "queue") return { what: `Queue ${queue ?? ""} ${end}`, more: [type, labels(more), end === "completed" && status], icon: "run" };
  if (PHASES[what]) return { what: `${PHASES[what]} ${end}`, more: [about && `run ${about}`, type, end === "completed" && status, labels(more)], icon: what === "save" ? "saved" : "run", look: bad ? "bad" : "" };
  return other(event, {});
}

function reading(event, note, units) {
  const name = event.device ? `${event.device}${event.point ? `.${plainName(event.point)}` : ""}` : plainName(event.metric_name);
  return { what: `${name} ${valueOf(event, units)}`, more: "", icon: "reading" };
}

const SYSTEM = { agent_starts_total: "The agent started", agent_stops_total: "The agent stopped", agent_clears_total: "The log was cleared", agent_reloads_total: "The configuration was read anew", agent_odometer_notes_total: "Counts kept" };

function system(event, note) {
  const what = SYSTEM[event.metric_name];
  if (!what) return other(event, note);
  const more = Object.entries(note).filter(([k]) => k !== "who").map(([k, v]) => `${plainName(k)} ${v}`);
  return { what, more: [event.status !== "success" && event.status, by(note), ...more], icon: "program" };
}

function clock(event, note) {
  return { what: note.synchronised === "true" ? "The clock is right" : "The clock is not to be believed", more: [note.how, event.value != null && `off by ${number(event.value)} s`], icon: "program" };
}

// What has no sentence of its own: its name in words, its value, its labels, so that no label is ever lost.
function other(event, note, units) {
  const value = event.event_type === "counter" && event.value === 1 ? "" : valueOf(event, units);
  const about = event.device && !event.labels?.device ? event.device : "";
  return { what: capital(`${plainName(event.metric_name.replace(/_total$/, ""))} ${value}`.trim()), more: [about, labels(event.labels), event.status !== "success" && event.status, event.note], icon: event.lane === "ingest" ? "run" : "program" };
}

/** Marks state events that a command tells of already, looking back from a finished command; true where one was marked. */
export function explain(events, command) {
  if (command.kind !== "command" || command.status !== "success" || !command.device) return false;
  const took = 5000, from = command.ms - took;
  let marked = false;
  for (let i = events.length - 1; i >= 0 && events[i].ms >= from; i--) {
    const e = events[i];
    if (e.kind !== "state" || e.device !== command.device || e.source !== command.source || e.told) continue;
    e.told = marked = true;
  }
  return marked;
}
