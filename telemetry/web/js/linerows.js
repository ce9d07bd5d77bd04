// The rows of the sheet's tables: conditions with their present values, details, travel times, what happened last. Each is
// [name, text, good, key].

import { clock, count, logfmt } from "./format.js";
import { pointState } from "./state.js";
import { token } from "./prefs.js";
import { inUnits } from "./unitwords.js";

/** What must be so before a valve opens, as it is now; then who holds it, and the person's own right. */
export function conditionRows(app, scene, device, control) {
  const rows = control.conditions.map((c) => {
    const now = inUnits(c.now, scene.units), verified = c.what.endsWith("verified closed") || c.what.endsWith("verified open");
    return [c.what, c.good ? (verified ? `yes, ${now}` : now) : `no: ${now}`, c.good];
  });
  const held = Date.parse(device.held ?? "");
  rows.push(["held by somebody", held > scene.now ? `until ${clock(held, false)}` : "nobody", true]);
  const may = scene.status.rights?.includes("command") ?? true;
  rows.push(["your right to command", may ? "yes" : token() ? "no: the token lacks it" : "no: a token is needed", may]);
  return rows;
}

/** What a valve was told and shows, where it hangs, and how often it moved. */
export function detailRows(app, part, device) {
  if (!device) return [["device", "not there", false]];
  const of = (name) => device.points?.find((p) => p.point === name);
  const word = (p) => (p?.value == null ? "not known" : p.value === 1 ? "open" : "closed");
  const commanded = of(part.point === "open" ? "commanded" : `${part.point}_commanded`);
  const rows = [["commanded / indicated", `${commanded ? word(commanded) : "not said"} / ${part.hand ? `${word(of(part.point))}, as reported` : word(of(part.point))}`, true]];
  const seen = Date.parse(of(part.point)?.timestamp ?? "");
  if (!Number.isNaN(seen)) rows.push(["last read", clock(seen, false), !of(part.point).stale]);
  if (device.health !== "healthy") rows.push(["it is", [device.health, device.error].filter(Boolean).join(": "), false]);
  if (device.actuations) rows.push(["moved", `${count(device.actuations)} times`, true]);
  if (device.lock) rows.push(["locked", `by ${device.lock.owner}${device.lock.reason ? `: ${device.lock.reason}` : ""}`, false]);
  return [...rows, ["model", device.model, true]];
}

/** The readings of a device, the chosen one first. */
export function pointRows(scene, device, first) {
  const points = [...(device.points ?? [])].sort((a, b) => (b.point === first) - (a.point === first));
  return points.slice(0, 14).map((p) => {
    const s = pointState(device, p, scene.units, scene.more);
    return [p.description || p.point.replaceAll("_", " "), s.text ? [s.text, s.unit, s.hint].filter(Boolean).join(" ") : s.old || s.reason, s.state === "live", p.point];
  });
}

/** How long the last moves of a valve took, in ms, oldest first: fifty at most. */
export function travels(events, part, source) {
  const all = [];
  for (const e of events) {
    if (e.kind !== "command" || e.device !== part.device || e.source !== source || (e.labels?.control ?? part.point) !== part.point || e.status !== "success") continue;
    const ms = milliseconds(logfmt(e.note ?? "")?.took);
    if (ms !== null) all.push(ms);
  }
  return all.slice(-50);
}

/** "243ms", "1.2s" as milliseconds; null for what is no time. */
export function milliseconds(text) {
  const m = /^([\d.]+)(µs|ms|s)$/.exec(text ?? "");
  return m ? Math.round(Number(m[1]) * { µs: 0.001, ms: 1, s: 1000 }[m[2]]) : null;
}

const VERBS = { 1: ["Opened", "Not opened", "Stays open"], 0: ["Closed", "Not closed", "Stays closed"] };

/** The last that happened on a device, newest first, in sentences. */
export function lastEvents(store, part, source) {
  const mine = store.log.events.filter((e) => e.device === part.device && e.source === source && e.lane !== "readings" && e.metric_name !== "valve_is_commanded");
  return mine.slice(-6).reverse().map((e) => [clock(e.ms, false), sentence(e), undefined, e.key]);
}

function sentence(e) {
  const { new: to, who, took, why, old } = logfmt(e.note ?? "") ?? {};
  const verb = VERBS[to];
  if (e.kind === "command" && verb) {
    if (e.status === "success") return [`${verb[old === to ? 2 : 0]}${who ? ` by ${who}` : ""}`, took, why].filter(Boolean).join(" · ");
    return `${verb[1]}${who ? ` for ${who}` : ""}: ${e.status}${why ? ` (${why})` : ""}`;
  }
  if (e.kind === "state" && e.metric_name === "valve_is_open") return `${e.missing ? `Not known: ${e.missing}` : e.value === 1 ? "Seen open" : "Seen closed"}${old === "unknown" ? ", first seen" : ""}`;
  if (e.kind === "failure") return `Failed: ${e.status}`;
  if (e.kind === "recovery") return "Answers again";
  return [e.metric_name.replaceAll("_", " "), e.status === "success" ? "" : e.status, who && `by ${who}`, why].filter(Boolean).join(" · ");
}
