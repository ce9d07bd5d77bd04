// CSV by RFC 4180, with cells that a spreadsheet would run as a formula made harmless.

import { visible } from "./visible.js";

/** One cell: quoted where it must be; text that starts like a formula gets an apostrophe. Numbers stay numbers. */
export function cell(value) {
  if (value == null) return "";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
  let text = visible(String(value));
  if (/^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text))) text = "'" + text;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Rows as CSV text with CRLF ends. */
export function table(rows) {
  return rows.map((row) => row.map(cell).join(",") + "\r\n").join("");
}
