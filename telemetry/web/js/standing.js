// What the page says of interlock rules, of the configuration that runs, of a halt and of a pipette's shots. Pure: the present time
// comes in from outside.

import { count, when } from "./format.js";

const list = (word, names) => (names?.length ? `${word} ${names.join(", ")}` : "");
const joined = (parts) => parts.filter(Boolean).join(" · ");

/** True for a rule that an admin took out of force for a while. */
export function bypassed(rule) {
  return Boolean(rule.bypassed_until);
}

/** The rules that must be seen: those that are bypassed, then those that tripped, the latch of a laser's max_on among them. */
export function standing(rules) {
  return [...rules.filter(bypassed), ...rules.filter((r) => r.tripped && !bypassed(r))];
}

/** How such a rule reads: {title, why, does, act}; act is clear, end (of a bypass), or "" where it cannot be cleared yet. */
export function ruleWords(rule, now) {
  const guards = [list("halts", rule.halts), list("forbids", rule.forbids)];
  if (bypassed(rule)) {
    const until = when(Date.parse(rule.bypassed_until), now);
    return {
      title: `${rule.name} · BYPASSED until ${until}`, why: `by ${rule.bypassed_by || "somebody"}: ${rule.bypass_why || "no reason given"}`,
      does: joined([`not in force: ${rule.when}`, list("does not halt", rule.halts), list("does not forbid", rule.forbids)]), act: "end",
    };
  }
  const good = rule.good ? "good again: can be cleared" : "clears when good and asked";
  return { title: rule.name, why: rule.why || rule.when, does: joined([...guards, good]), act: rule.good ? "clear" : "" };
}

/** The banner of a configuration that was kept because the file was refused: {text, mistakes, accepted}; null where the file runs. */
export function keptWords(configuration, now) {
  if (!configuration?.kept) return null;
  const since = Date.parse(configuration.since ?? "");
  const of = Number.isNaN(since) ? "" : ` of ${when(since, now)}`;
  const accepted = configuration.accepted ?? "";
  const rest = accepted ? `Accepted by ${accepted}.` : "Until an administrator accepts it only reading, idle values and halts work.";
  return { text: `The configuration file was refused, and the last good one${of} runs. ${rest}`, mistakes: configuration.mistakes ?? [], accepted: Boolean(accepted) };
}

/** The title of a halt's answer. What was not told or is not confirmed is no success. */
export function haltTitle(result) {
  if (Object.keys(result.failed ?? {}).length) return "HALT: NOT ALL HALTED";
  return Object.keys(result.unconfirmed ?? {}).length ? "HALT: NOT ALL CONFIRMED" : "Halted";
}

/** A halt's answer as rows {device, state, words}: each device that acts stands in one, the worst first. */
export function haltRows(result) {
  const of = (parts, state, words) => Object.entries(parts ?? {}).map(([device, why]) => ({ device, state, words: words(why) }));
  const all = (names, state, words) => (names ?? []).map((device) => ({ device, state, words }));
  return [
    ...of(result.failed, "failed", (why) => `NOT HALTED: ${why}. Use the wired stop.`),
    ...of(result.unconfirmed, "unconfirmed", (why) => `told to be idle, NOT CONFIRMED: ${why}. Look at it.`),
    ...all(result.halted, "halted", "idle, read back"),
    ...(result.holding ?? []).map((device) => ({ device, state: "holding", words: result.not_known?.includes(device) ? "not told anything; its state is NOT KNOWN" : "holds as it was" })),
  ];
}

/** How many shots a pipette gave, and of how many nobody knows. */
export function shotWords(pipette) {
  return { shots: `${count(pipette.shots)} shots`, uncertain: pipette.uncertain ? `${count(pipette.uncertain)} uncertain` : "" };
}

/** What is tripped and in alarm now, as a mark: rows of the log have the colour of that. */
export function coloured(status) {
  return JSON.stringify([...(status.rules ?? []).filter((r) => r.tripped), ...(status.alarms ?? []).filter((a) => a.active)].map((x) => [x.source, x.name, x.since]));
}

const BEFORE = 1000; // ms by which a row may be older than what the status says of it

/** Whether what an event tells still is so: the row of an alarm that was over and came again stays grey. */
export function stillTrue(status, event) {
  const of = (list) => list?.find((x) => x.name === (event.labels?.rule ?? event.labels?.alarm) && (!x.source || x.source === event.source));
  if (event.kind !== "trip" && event.kind !== "alarm") return true;
  const now = of(event.kind === "trip" ? status?.rules : status?.alarms), stands = event.kind === "trip" ? now?.tripped : now?.active;
  return Boolean(stands) && !(event.ms < Date.parse(now.since ?? "") - BEFORE);
}
