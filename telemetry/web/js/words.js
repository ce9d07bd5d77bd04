// How an event reads in one line: what it is called, its value for a person, and what its note says.

import { display, number, unitOf } from "./units.js";
import { logfmt } from "./format.js";

const FLAGS = { valve_is_open: ["closed", "open"], laser_is_enabled: ["disabled", "ENABLED"], interlock_tripped: ["cleared", "TRIPPED"], alarm_active: ["over", "ACTIVE"], device_up: ["down", "up"] };

/** The value of an event as a person reads it. */
export function valueOf(event, units) {
  if (event.value == null) return event.missing ? `no value: ${event.missing}` : "–";
  if (event.event_type === "counter") return `${event.value < 0 ? "" : "+"}${number(event.value)}`;
  const flag = Object.hasOwn(FLAGS, event.metric_name) ? FLAGS[event.metric_name][event.value] : null;
  if (flag) return flag;
  const d = display(event.value, unitOf(event.metric_name), units, event.bound);
  return `${d.text} ${d.unit}`.trim();
}

/** What an event is about, in words: "V3 open → 1 by pychron@10.0.0.5". "" when its value says it all. */
export function story(event) {
  const pairs = event.kind === "command" ? logfmt(event.note ?? "") : null;
  if (!pairs) return event.note ?? "";
  const labels = event.labels ?? {};
  const what = `${labels.device || event.device}.${labels.control ?? ""}`.replace(/^\.|\.$/g, "");
  const from = pairs.old !== undefined && pairs.new !== undefined ? ` ${pairs.old} → ${pairs.new}` : "";
  return [`${what}${from}`, pairs.who && `by ${pairs.who}`, pairs.via && `via ${pairs.via}`, pairs.took, pairs.why].filter(Boolean).join(" · ");
}
