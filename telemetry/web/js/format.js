// Words for times, ages, sizes and the notes of events. Pure: the present time comes in from outside.

import { zone } from "./twice.js";

const two = (n) => String(n).padStart(2, "0");

/** Local wall time of epoch milliseconds, "18:19:04.123"; one that comes twice has its zone behind it, "02:30:00.000 +02". */
export function clock(ms, withMs = true) {
  return hours(ms, withMs) + zone(ms);
}

/** The same without a zone. */
export function hours(ms, withMs = true) {
  const d = new Date(ms);
  if (Number.isNaN(d.getTime())) return "–";
  const text = `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
  return withMs ? `${text}.${String(d.getMilliseconds()).padStart(3, "0")}` : text;
}

/** Local date, "2026-11-22". */
export function day(ms) {
  const d = new Date(ms);
  return Number.isNaN(d.getTime()) ? "–" : `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}

/** Local time, with the date in front when it is not today. */
export function when(ms, now, withMs = false) {
  return day(ms) === day(now) ? clock(ms, withMs) : `${day(ms)} ${clock(ms, withMs)}`;
}

/** A span of local time as it stands on a plot: "11:44:05 – 12:04:05"; where an end is not today, or they are more than a day apart, "11-27 11:44 – 11-28 12:04". */
export function fromTo(from, to, now) {
  if (day(from) === day(now) && day(to) === day(now)) return `${clock(from, false)} – ${clock(to, false)}`;
  return [from, to].map((ms) => `${day(ms).slice(5)} ${hours(ms, false).slice(0, 5)}${zone(ms)}`).join(" – ");
}

/** UTC, for the hover: "2026-11-22 17:19:04.123 UTC". */
export function utc(ms) {
  const d = new Date(ms);
  return Number.isNaN(d.getTime()) ? "" : d.toISOString().replace("T", " ").replace("Z", " UTC");
}

/** A length of time in the two units that matter: "0.3 s", "48 s", "12 min", "3 h 05 min", "2 d 4 h". */
export function span(seconds) {
  if (seconds == null || !Number.isFinite(seconds)) return "–";
  const s = Math.max(0, seconds);
  if (s < 9.95) return `${s.toFixed(1)} s`;
  if (s < 119.5) return `${Math.round(s)} s`;
  if (s < 5970) return `${Math.round(s / 60)} min`;
  if (s < 172800) return `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))} min`;
  return `${Math.floor(s / 86400)} d ${Math.floor((s % 86400) / 3600)} h`;
}

/** Bytes with a decimal prefix. */
export function bytes(n) {
  if (n < 1000) return `${n} B`;
  if (n < 1e6) return `${(n / 1e3).toFixed(1)} kB`;
  return `${(n / 1e6).toFixed(1)} MB`;
}

/** A whole number with thin spaces between thousands. */
export function count(n) {
  return n == null ? "–" : String(Math.round(n)).replace(/\B(?=(\d{3})+(?!\d))/g, "\u202f");
}

/** Labels as "k=v k2=v2", without those named. */
export function labels(map, without = []) {
  return Object.entries(map ?? {})
    .filter(([k]) => !without.includes(k))
    .map(([k, v]) => `${k}=${v}`)
    .join(" ");
}

/** The pairs of a logfmt note (`who=jr why="to pump"`), or null when it is not one. */
export function logfmt(note) {
  const pairs = {};
  const pattern = /([A-Za-z_][\w.]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)(?:\s+|$)/gy;
  let end = 0;
  for (let m; (m = pattern.exec(note)); end = pattern.lastIndex) {
    pairs[m[1]] = m[2].startsWith('"') ? unquote(m[2]) : m[2];
  }
  return end === note.length && end > 0 ? pairs : null;
}

function unquote(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(1, -1);
  }
}

/** Epoch milliseconds of an RFC 3339 time; NaN when there is none. */
export function parseTime(text) {
  return typeof text === "string" ? Date.parse(text) : NaN;
}

/** Epoch milliseconds as the value of a datetime-local field, to the second. */
export function localInput(ms) {
  return Number.isFinite(ms) ? `${day(ms)}T${hours(ms, false)}` : "";
}

/** A length of time to the second, as one counts down: "12 min 39 s", "48 s", "1 h 05 min". */
export function lasting(seconds) {
  if (seconds == null || !Number.isFinite(seconds)) return "–";
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${two(s % 60)} s`;
  return span(s);
}

/** "1 device", "2 devices". */
export function many(n, one) {
  return `${n} ${one}${n === 1 ? "" : "s"}`;
}
