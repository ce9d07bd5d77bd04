// The events of a plot: which are marked, of what kind, and which stand so close that they are counted. Pure.

import { subject, valueOf } from "./words.js";

/** Kinds of marks, the most severe first: {kind: {ink, word, words}}. */
export const KINDS = {
  trip: { ink: "--red", word: "trip" }, alarm: { ink: "--amber", word: "alarm" }, failure: { ink: "--red", word: "failure" },
  refused: { ink: "--amber", word: "refused" }, recovery: { ink: "--teal", word: "recovery" }, lifecycle: { ink: "--blue", word: "run" }, state: { ink: "--ink", word: "state" },
  command: { ink: "--ink", word: "command" }, system: { ink: "--dim", word: "agent" },
};
const RANK = Object.keys(KINDS);

/** The kind of mark an event has, "" for none. */
export function kindOf(e) {
  if (e.lane === "readings" || e.kind === "reading" || e.kind === "clock") return "";
  if (e.kind === "state" && (e.metric_name === "valve_is_commanded" || /^old=unknown\b/.test(e.note ?? ""))) return ""; // how things stood at a start
  if (e.kind === "command") {
    if (/refused/.test(e.metric_name)) return "refused";
    return e.status === "success" && e.labels?.result === "success" ? "" : "command"; // of one that worked the state is marked
  }
  return KINDS[e.kind] ? e.kind : "system";
}

/** The marks of events between two times (epoch seconds), in order of time, of the kinds not hidden: [{t, kind, label, event}]. There are as many as there are. */
export function marksOf(events, from, to, hidden = new Set()) {
  const found = [];
  for (const e of events) {
    const t = e.ms / 1000;
    if (t < from || t > to) continue;
    const kind = kindOf(e);
    if (kind && !hidden.has(kind)) found.push({ t, kind, color: KINDS[kind].ink, event: e, get label() { return flag(e); } }); // few of thousands are ever read
  }
  return found.sort((a, b) => a.t - b.t);
}

function flag(e) {
  if (e.kind === "state") return `${e.device} ${e.point === "open" || e.point === "enabled" ? "" : `${e.point.replaceAll("_", " ")} `}${valueOf(e)}`;
  if (e.kind === "trip") return `${valueOf(e)}: ${e.labels?.rule ?? e.note ?? ""}`;
  if (e.kind === "alarm") return `${e.labels?.alarm ?? "alarm"} ${valueOf(e)}`;
  if (e.kind === "failure" || e.kind === "recovery") return `${subject(e)} ${e.kind === "failure" ? e.status : "back"}`;
  if (e.kind === "command") return `${e.device || e.labels?.device || ""} ${e.labels?.control ?? ""} ${e.labels?.result ?? e.status}`.trim();
  return `${e.metric_name.replace(/_total$/, "").replaceAll("_", " ")}${e.labels?.status ? ` ${e.labels.status}` : ""}`;
}

/** Marks put together that are less than width seconds apart from the first of them: [{t, kind, marks}], kind that of the most severe. */
export function grouped(marks, width) {
  const groups = [];
  for (const m of marks) {
    const last = groups.at(-1);
    if (!last || m.t - last.marks[0].t > width) groups.push({ t: m.t, kind: m.kind, marks: [m] });
    else {
      last.marks.push(m);
      if (RANK.indexOf(m.kind) < RANK.indexOf(last.kind)) last.kind = m.kind;
      last.t = (last.marks[0].t + m.t) / 2;
    }
  }
  return groups;
}
