// Pressures in sentences that the agent made, in the unit the person chose. Pure.

import { number, reading } from "./units.js";

const PASCALS = { torr: 101325 / 760, mbar: 100, pa: 1 };
const NUMBER = String.raw`[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?`;
const CALLED = new RegExp(String.raw`\b(torr|mbar|pa)\(\s*(${NUMBER})\s*\)`, "gi");
const PORT = /\b(?:serial|tcp|udp):\/\/\S+?:\s/g;
const WRITTEN = new RegExp(String.raw`(?<![\w.])(${NUMBER})\s(torr|mbar|pa)\b`, "gi");

/**
 * A text as people read it: every pressure in it ("1.4e-3 torr", "torr(1e-3)") in a unit (torr, mbar or pa), and without the address of the
 * port that only a machine reads; that stands in the opened row.
 */
export function inUnits(text, units) {
  const say = (value, from) => {
    const how = reading("pascals", units);
    const n = from.toLowerCase() === units ? plain(value) : number(Number(value) * PASCALS[from.toLowerCase()] * how.factor);
    return `${n} ${how.label}`;
  };
  return String(text ?? "").replace(PORT, "").replace(CALLED, (_, from, value) => say(value, from)).replace(WRITTEN, (_, value, from) => say(value, from));
}

// A number as it was written, in the one notation of the page: 1e-05 and 1E-5 are 1e-5.
function plain(value) {
  return value.toLowerCase().replace(/e([-+]?)0*(\d)/, (_, sign, digit) => `e${sign === "-" ? "-" : ""}${digit}`);
}
