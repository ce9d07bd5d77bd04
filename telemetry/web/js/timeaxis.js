// What is written at the ticks of an axis of time, in local time. Pure.

import { day, hours } from "./format.js";
import { zone } from "./twice.js";

/** The words of ticks (s), which stand step (s) apart: the day below the first and where it changes, the zone where a time comes twice. */
export function timeTicks(ticks, step) {
  return ticks.map((t, i) => {
    const ms = Math.round(t * 1e6) / 1e3, date = day(ms), before = i ? day(ticks[i - 1] * 1000) : "";
    if (step >= 28 * 86400) return date.slice(0, 7);
    const year = date.slice(0, 4) !== before.slice(0, 4);
    if (step >= 86400) return date.slice(5) + (year ? `\n${date.slice(0, 4)}` : "");
    const time = hours(ms, step < 1).slice(0, step >= 60 ? 5 : undefined) + zone(ms);
    return date === before ? time : `${time}\n${year ? date : date.slice(5)}`;
  });
}
