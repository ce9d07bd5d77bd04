// What can be done about what needs attention: one verb a button. Clearing a trip and ending a halt ask once; acknowledging never does.

import { ask, confirm } from "./dialogs.js";

const WORDS = {
  clear: { word: "Clear…", right: "command" }, "end-bypass": { word: "End bypass", right: "admin" }, "end-halt": { word: "End the halt…", right: "command" },
  ack: { word: "Acknowledge", right: "command" }, shelve: { word: "Shelve…", right: "command" }, accept: { word: "Accept it", right: "admin" },
  try: { word: "Try now" }, reload: { word: "Reload" }, wait: { word: "Clear…", right: "command", why: "not good yet: a trip is cleared when its condition is good" },
  enter: { word: "Enter" }, forget: { word: "Forget…", right: "admin" },
};

/** The verb that stands in the row for an item: what it can have first. */
export function verbOf(item) {
  if (item.kind === "agent") return "enter";
  if (item.kind === "trip" && !item.acts.length) return "wait";
  return item.acts[0] ?? "";
}

/** {word, right, why} of a verb, or null where it is not to be had here: a viewer commands nothing. */
export function acts(app, item, verb) {
  const viewer = app.store.status?.role === "viewer";
  if (!verb || (viewer && !["enter", "try", "reload", "forget"].includes(verb))) return null;
  return WORDS[verb] ?? null;
}

/** Does it. */
export async function carryOut(app, item, verb) {
  const { commands, store, route } = app, of = encodeURIComponent(item.of);
  if (verb === "reload") return location.reload();
  if (verb === "try") return store.restart();
  if (verb === "enter") return into(route, item.source);
  if (verb === "ack") return commands.other("POST", `alarms/${of}/ack`, {}, `${item.of}: acknowledged`);
  if (verb === "shelve") return shelve(app, item);
  if (verb === "end-bypass") return commands.other("POST", `rules/${of}/bypass`, { drop: true }, `${item.of}: in force again`);
  if (verb === "accept") return commands.other("POST", "configuration/accept", {}, "the configuration that runs is accepted");
  if (verb === "end-halt") {
    const sure = await confirm("End the halt?", [item.text, "Ending it moves nothing and enables nothing."], "End the halt", false);
    return sure && commands.other("POST", "rules/halt/clear", {}, "the halt is ended");
  }
  if (verb === "forget") {
    const sure = await confirm(`Forget ${item.source}?`, ["It is not shown any more until it sends again.", "What is stored of it stays, and the forgetting itself is an event."], "Forget");
    return sure && commands.other("DELETE", `agents/${encodeURIComponent(item.source)}`, undefined, `${item.source} is forgotten`);
  }
  if (verb === "clear") {
    const others = store.status.alarms?.filter((a) => a.active && !a.shelved_until).map((a) => a.text || a.name) ?? [];
    const lines = [item.text, others.length ? `Still in alarm: ${others.join(", ")}.` : "No alarm is active.", "Clearing switches nothing on."];
    return (await confirm(`Clear ${item.of}?`, lines, "Clear", false)) && commands.other("POST", `rules/${of}/clear`, {}, `${item.of}: cleared`);
  }
}

// Into an agent of the fleet: the fleet itself has nothing of one.
function into(route, source) {
  if (route.view === "fleet") route.view = "instruments";
  route.look(source);
}

async function shelve(app, item) {
  const answer = await ask(`Shelve ${item.of}`, "A shelved alarm is not announced until the time is over. Its reason is kept in the events.", [
    { name: "shelve", label: "For", options: [["30m", "30 minutes"], ["2h", "2 hours"], ["12h", "12 hours"]] },
    { name: "reason", label: "Reason", required: true },
  ], "Shelve");
  if (answer) await app.commands.other("POST", `alarms/${encodeURIComponent(item.of)}/ack`, answer, `${item.of}: shelved`);
}
