// How an event reads in one line: what it is called, its value for a person, and what its note says.

import { display, number } from "./units.js";
import { logfmt } from "./format.js";

const FLAGS = { valve_is_open: ["closed", "open"], valve_is_commanded: ["closed", "open"], service_health_state: ["unknown", "healthy", "degraded", "unavailable"], laser_is_enabled: ["disabled", "ENABLED"], interlock_tripped: ["cleared", "TRIPPED"], alarm_active: ["over", "ACTIVE"], device_up: ["down", "up"] };

/** The value of an event as a person reads it. */
export function valueOf(event, units) {
  if (event.value == null) return event.missing ? `no value: ${event.missing}` : "–";
  if (event.event_type === "counter") return `${event.value < 0 ? "" : "+"}${number(event.value)}`;
  const named = /^(reading|state)$/.test(event.kind) && logfmt(event.note ?? "")?.state;
  if (named) return named;
  const flag = flagOf(event.metric_name, event.value);
  if (flag) return flag;
  const d = display(event.value, event.unit, units, event.bound);
  return `${d.text} ${d.unit}`.trim();
}

// The word of a 0/1 value, or "" where it is a number.
function flagOf(metric, value) {
  if (Object.hasOwn(FLAGS, metric)) return FLAGS[metric][value] ?? "";
  return /(^|_)is_/.test(metric) ? ["no", "yes"][value] ?? "" : "";
}

/** Why something was or would be refused, without the word for its kind at the end, which says nothing that was not said. */
export function refusedWhy(text) {
  return (text ?? "").replace(/: (refused|not allowed)$/, "");
}

/** Whom an event is about: a device, a service, a rule, an alarm; "" when it does not say. */
export function subject(event) {
  const { device, service, rule, alarm } = event.labels ?? {};
  return event.device || device || service || rule || alarm || "";
}

/** What an event is about, in words: "V3.open 0 → 1 · by pychron@10.0.0.5". "" when its value says it all. */
export function story(event) {
  const pairs = logfmt(event.note ?? "");
  if (event.kind === "state" && pairs) return stateStory(event, pairs);
  if (event.kind !== "command" || !pairs) return event.note ?? "";
  const labels = event.labels ?? {};
  const what = `${labels.device || event.device}.${labels.control ?? ""}`.replace(/^\.|\.$/g, "");
  const from = pairs.old !== undefined && pairs.new !== undefined ? ` ${pairs.old} → ${pairs.new}` : "";
  return [`${what}${from}`, pairs.who && `by ${pairs.who}`, pairs.via && `via ${pairs.via}`, pairs.took, pairs.why].filter(Boolean).join(" · ");
}

function stateStory(event, { old, ...more }) {
  const was = old === undefined ? "" : `was ${flagOf(event.metric_name, Number(old)) || old}`;
  return [was, ...Object.entries(more).map(([k, v]) => `${k.replaceAll("_", " ")} ${v}`)].filter(Boolean).join(" · ");
}
