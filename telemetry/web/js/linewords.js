// What the drawing of the line says in words: of a valve, of what is connected, of a rate of rise. Pure: tested without a browser.

import { span } from "./format.js";
import { number, reading } from "./units.js";
import { refusedWhy } from "./words.js";

const NOT_KNOWN = "not known"; // the verdict on a rise of a viewer that has not heard it

/** A length of time in the two units that matter, with seconds up to an hour: "3 min 12 s". */
export function lasted(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  if (s < 60 || s >= 3600) return span(seconds < 60 ? Math.round(seconds) : seconds).replace(".0 s", " s");
  return `${Math.floor(s / 60)} min ${s % 60} s`;
}

/**
 * The control and state of a drawn valve: {state: closed|open|moving|unknown, told, control}. standing is the agent's word on it; a page
 * without connection knows none.
 */
export function valveOf(device, part, standing, { lost = false, pending = false } = {}) {
  const control = device?.controls?.find((c) => c.control === part.point);
  const known = !lost && ["closed", "open", "moving"].includes(standing?.state);
  const state = pending && !lost ? "moving" : known ? standing.state : "unknown";
  return { state, told: Boolean(known && !pending && standing.told), control };
}

/** How a valve stands: "closed", "told closed", "open, as reported", "not known". */
export function stateWords(part, { state, told }) {
  if (state === "unknown") return "not known";
  if (!told) return state;
  return part.hand ? `${state}, as reported` : `told ${state}`;
}

/** How sure that is. */
export function sureWords(part, { state, told }) {
  if (state === "unknown") return part.hand ? "nobody has reported it since the start" : "no answer that can be believed";
  if (state === "moving") return "not where it was sent yet";
  if (told) return part.hand ? "by hand, nothing verifies it" : "not verified: no switch shows it";
  return `verified ${state}`;
}

/** Why a valve may not be opened, in words; "" if it may. What fails among its conditions says more than the refusal. */
export function refusal(control) {
  if (!control?.forbidden) return "";
  const failing = (control.conditions ?? []).filter((c) => !c.good).map(failed);
  return failing.length ? failing.join("; ") : refusedWhy(control.forbidden);
}

function failed({ what, now }) {
  const valve = /^(.*?)(\S+) verified (closed|open)$/.exec(what);
  if (valve) return `${valve[1]}${valve[2]} is ${now} and must be ${valve[3]}`;
  return what === "lock" || what === "the agent" ? now : `${what} is ${now.split(": ")[0]}`;
}

/** What a region holds, in words; titles gives what people call a part. */
export function regionWords(region, more = 0, titles = (name) => name) {
  const all = (names) => names.map(titles).join(" + ");
  const time = region.undated ? "" : region.since > 0 ? `${region.at_least ? "at least " : ""}${lasted(region.since + more)}` : "";
  const told = region.told?.length ? `, ${region.told.join(", ")}` : "";
  switch (region.condition) {
    case "pumped":
      return join(`pumped by ${all(region.pumps)}${told}`, time);
    case "gas":
      return join(`gas${region.pumps?.length ? `, and pumped by ${all(region.pumps)}` : ""}${told}`, time);
    case "static":
      return `static${region.undated ? ", not known how long" : time && ` ${time}`}${told}`;
  }
  if (region.moving?.length && region.moving.length === region.unsure.length) return `${all(region.moving)} moves`;
  const why = region.unsure?.length ? region.unsure.map(titles).join(", ") : "a pump";
  return `not known: ${why} ${region.unsure?.length > 1 ? "are" : "is"} not known`;
}

function join(...parts) {
  return parts.filter(Boolean).join(" · ");
}

/** What is said of a pump beside its name: nothing of one that runs. */
export function pumpWords(state) {
  return { running: "", stopped: "stopped" }[state] ?? "not known";
}

/** The rise that is shown of a region: the first that means something, else the first. */
export function riseOf(region) {
  return region.rises?.find((r) => r.rate != null) ?? region.rises?.[0] ?? null;
}

/** A rate of rise in the person's unit: "rising 3.10e-7 Torr/s", "rise: not yet". */
export function riseWords(rise, choice) {
  if (!rise) return "";
  if (rise.verdict === NOT_KNOWN) return "rise: not known";
  if (rise.rate == null) return "rise: not yet";
  const { factor, label } = reading("pascals", choice);
  if (rise.verdict === "steady") return `steady within ${number(rise.error * factor)} ${label}/s`;
  return `${rise.verdict} ${number(Math.abs(rise.rate) * factor)} ${label}/s`;
}

/** All that is known of a rise, as rows [name, text]. */
export function riseRows(rise, choice) {
  const { factor, label } = reading("pascals", choice);
  const with95 = (value, error, scale, unit) => `${number(value * scale)} ± ${number(error * scale)} ${unit}`;
  if (rise.verdict === NOT_KNOWN) return [["rate of rise", "not known: its agent has not said it"]];
  const rows = [["readings", `${rise.points} in ${lasted(rise.seconds)}`]];
  if (rise.rate == null) return [["rate of rise", "not yet: 10 readings of 30 s are needed"], ...rows];
  rows.unshift(["rate of rise", with95(rise.rate, rise.error, factor, `${label}/s`)]);
  if (rise.log_rate != null) rows.push(["of the logarithm", with95(rise.log_rate, rise.log_error, 100, "%/s")]);
  rows.push(["fits better", rise.shape === "exponential" ? "an exponential" : "a straight line"]);
  if (rise.leak != null) rows.push(["leak", `${number(rise.leak * factor * 1000)} ${label}·l/s`]);
  return rows;
}

/** The name of a valve for who cannot see it: "V6, may not open, bone to spectrometer, closed, verified". note is what is written beside it. */
export function valveLabel(part, device, valve, note = "") {
  const sure = valve.state === "unknown" || valve.state === "moving" ? "" : valve.told ? "not verified" : "verified";
  const may = !valve.control?.enabled ? "" : valve.control.forbidden ? "may not open" : "may open";
  const lock = device?.lock ? `locked by ${device.lock.owner}` : "";
  const more = [device?.description, valve.state === "unknown" ? "not known" : valve.state, sure, lock, may].filter((text) => text && text !== note);
  return [part.title || part.name, note, ...more].filter(Boolean).join(", ");
}
