// What may be said of a laser's beam: off, on with power and the time left, or not known. Unknown is never off. Pure.

import { clock, lasting } from "./format.js";
import { display } from "./units.js";

const OFF = { state: "off", word: "OFF" };

/** True for a device that is a laser. */
export function isLaser(device) {
  return device.family === "laser";
}

/**
 * {state: off|on|unknown|maybe, word, power, ends (epoch ms or null), left (s or null), note} of a laser's device; now is the
 * server's time in ms, lost whether there is no connection. maybe: it was on when last heard.
 */
export function laserNow(device, { now, lost = false, units = "torr" }) {
  const of = (name) => device.points?.find((p) => p.point === name);
  const enabled = of("enabled"), known = live(device, enabled) && !lost;
  const was = enabled?.value ?? enabled?.last ?? null;
  const power = known ? powerOf(of("power"), units) : "";
  if (known && enabled.value === 0 && !device.on_since) return { ...OFF, power, ends: null, left: null, note: power && `${power}, read back` };
  const began = Date.parse(device.on_since ?? "") || (was === 1 ? Date.parse(enabled?.since ?? "") : NaN);
  const ends = began && device.max_on ? began + device.max_on * 1000 : null;
  const left = ends ? Math.max(0, (ends - now) / 1000) : null;
  const until = ends === null ? "" : lost ? `ends by itself at ${clock(ends, false)}` : `${lasting(left)} left`;
  if (known) return { state: "on", word: `ON ${power}`.trim(), power, ends, left, note: until };
  const on = was === 1 || (was !== 0 && Boolean(device.on_since));
  return on ? { state: "maybe", word: "may be ON", power: "", ends, left, note: until || "was on" }
    : { state: "unknown", word: "not known", power: "", ends: null, left: null, note: was === 0 ? "was off" : (enabled?.timestamp && enabled.missing) || "never heard" };
}

function live(device, point) {
  return point?.value != null && !point.stale && device.health !== "unavailable" && device.health !== "disabled";
}

function powerOf(point, units) {
  if (point?.value == null || point.stale) return "";
  const d = display(point.value, point.unit, units, point.bound);
  return `${d.text} ${d.unit}`.trim();
}

/** How many lasers are on (or may be), off and not known. */
export function laserCounts(devices, at) {
  const counts = { on: 0, off: 0, unknown: 0 };
  for (const device of devices.filter(isLaser)) {
    const { state } = laserNow(device, at(device));
    counts[state === "maybe" || state === "on" ? "on" : state]++;
  }
  return counts;
}
