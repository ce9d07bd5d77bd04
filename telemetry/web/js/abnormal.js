// Which values an alarm or a trip is about, and which limits are on a value: read from the conditions of rules and alarms. Pure.

import { bypassed } from "./standing.js";

const REF = /[A-Za-z_]\w*\.[A-Za-z_]\w*/g;
const PASCALS = { torr: 101325 / 760, mbar: 100, pa: 1 };
const LIMIT = /([A-Za-z_]\w*\.[A-Za-z_]\w*)\s*(>=|<=|>|<)\s*(?:(torr|mbar|pa)\(\s*)?([-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)\)?/g;

const WORST = ["bad", "warn"];

function watchers(status) {
  const dead = new Set((status.sources ?? []).filter((s) => s.state !== "online").map((s) => s.source));
  const of = (list) => (list ?? []).filter((x) => !dead.has(x.source));
  return { rules: of(status.rules).filter((r) => !bypassed(r)), alarms: of(status.alarms) };
}

/**
 * key ("source/device.point") -> {look: bad|warn, acked, name, sign: trip|alarm, words} of each value that is abnormal now: the one word on it
 * for strip, drawing, table and fleet. A rule that tripped and is good again colours nothing.
 */
export function abnormal(status) {
  const found = new Map(), { rules, alarms } = watchers(status);
  const note = (x, sign, look, acked) => {
    const words = `${sign === "trip" ? "tripped" : "alarm"}: ${x.name}`;
    for (const ref of x.when?.match(REF) ?? []) {
      const key = `${x.source ?? ""}/${ref}`, known = found.get(key);
      if (!known || WORST.indexOf(look) < WORST.indexOf(known.look)) found.set(key, { look, acked, name: x.name, sign, words });
    }
  };
  for (const r of rules) if (r.tripped && !r.good) note(r, "trip", "bad", false);
  for (const a of alarms) if (a.active && !a.shelved_until) note(a, "alarm", a.severity === "error" || a.severity === "critical" ? "bad" : "warn", Boolean(a.acknowledged));
  return found;
}

/** key -> [{value (SI), above, look: rule|alarm, name}]: the limits on each value. */
export function limits(status) {
  const found = new Map(), { rules, alarms } = watchers(status);
  const note = (x, look) => {
    for (const [, ref, op, unit, text] of x.when?.matchAll(LIMIT) ?? []) {
      const key = `${x.source ?? ""}/${ref}`;
      if (!found.has(key)) found.set(key, []);
      found.get(key).push({ value: Number(text) * (unit ? PASCALS[unit] : 1), above: op[0] === ">", look, name: x.name });
    }
  };
  for (const r of rules) note(r, "rule");
  for (const a of alarms) note(a, "alarm");
  return found;
}
