// What may be shown of a point: a live value, an old one said to be old, or none and why. Pure; this is where a stale number is
// kept from looking live.

import { span } from "./format.js";
import { display } from "./units.js";
import { inUnits } from "./unitwords.js";

/**
 * {state: live|stale|missing|down, text, unit, hint, reason, old, was, age} of a point of a device; more is the seconds since the
 * status came. was is {text, unit} of the old value, null where there is none.
 */
export function pointState(device, point, units, more = 0) {
  const age = point.age == null ? null : point.age + more; // null: never heard
  if (point.value != null && !point.stale && device.health !== "unavailable" && device.health !== "disabled") {
    return { state: "live", ...shown(point, point.value, units), reason: "", old: "", was: null, age };
  }
  if (point.missing && !point.stale) return { ...none("missing"), reason: `no value: ${point.missing}`, age };
  const down = device.health === "unavailable" || device.health === "disabled";
  const state = down ? "down" : "stale";
  const why = down ? trouble(device, more) : "no new value";
  if (point.last == null) return { ...none(state), reason: why, age };
  const old = shown(point, point.last, units);
  return { ...none(state), reason: why, was: old, old: `old value ${`${old.text} ${old.unit}`.trim()}, ${span(age)} ago`, age };
}

function none(state) {
  return { state, text: "", unit: "", hint: "", old: "", was: null };
}

function shown(point, value, units) {
  const name = point.states?.[String(value)];
  if (name !== undefined) return { text: name, unit: "", hint: "" };
  if (point.unit) return display(value, point.unit, units, point.bound);
  const words = { open: ["closed", "open"], enabled: ["off", "on"] }[point.name] ?? ["no", "yes"];
  const flag = point.metric?.includes("is_") && (value === 0 || value === 1);
  return flag ? { text: words[value], unit: "", hint: "" } : display(value, "", units, point.bound);
}

/** Why a device gives nothing, and when it is tried again. */
export function trouble(device, more = 0) {
  if (device.health === "disabled") return "disabled in the configuration";
  const retry = Math.max(0, (device.retry_in ?? 0) - more);
  return [inUnits(device.error, "torr") || "no answer", device.retry_in > 0 ? `retry in ${Math.ceil(retry)} s` : ""].filter(Boolean).join(" · ");
}

/** open, closed, moving, mismatch or unknown: a valve as it is indicated. One of which nothing new is heard is not known. */
export function valveState(device) {
  const of = (name) => device.points?.find((p) => p.point === name);
  const open = of("open");
  const control = device.controls?.find((c) => c.control === "open");
  if (control?.moving) return "moving";
  if (!open || device.health === "unavailable" || device.health === "disabled") return "unknown";
  if (open.stale || control?.state === "unknown") return "unknown"; // as the drawing, the interlocks and Pychron's clients have it
  if (open.value !== 0 && open.value !== 1) return "unknown";
  const commanded = of("commanded")?.value ?? null;
  if (commanded !== null && commanded !== open.value) return "mismatch";
  return open.value === 1 ? "open" : "closed";
}
