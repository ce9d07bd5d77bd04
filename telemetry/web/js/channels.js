// The rows of the instruments: every channel and every valve once, in groups by kind, by place on the drawing, by the line its instrument hangs on, or by device. Pure.

import { pointKey } from "./trend.js";
import { onlyValves, valvesOf, valveKnown } from "./valves.js";

const KINDS = [
  ["pascals", "Pressures"], ["celsius", "Temperatures"], ["hertz", "Pumps and rotation"], ["volts", "Signals"], ["counts_per_second", "Signals"], ["amperes", "Signals"], ["meters", "Positions"],
];
const ORDER = ["Pressures", "Valves", "Lasers", "Temperatures", "Pumps and rotation", "Signals", "Positions", "Other readings", "Conditions"];

const NOWHERE = "Not on the drawing";

/** A name of an instrument as people read it: error_word is "error code". */
export function plainName(name) {
  return name.replaceAll("_", " ").replace(/\bword\b/g, "code");
}

/** The line an instrument hangs on, without what only a machine reads: "USB MAXIGAUGE", "tcp 127.0.0.1:1090". */
export function lineName(device) {
  const port = device.port ?? "";
  if (device.model === "derived") return "Computed";
  if (!port) return device.model === "manual" ? "Moved by hand" : "Pins of the board";
  const [scheme, rest] = port.split("://");
  const [path, search = ""] = (rest ?? "").split("?");
  if (scheme !== "serial") return `${scheme} ${path}`;
  const named = /usb-(.+?)(?:-if\d+.*)?$/.exec(path)?.[1] ?? new URLSearchParams(search).get("serial");
  return `USB ${(named ?? path.split("/").at(-1)).replace(/^FTDI_/, "").replaceAll("_", " ")}`;
}

/** Every row: [{key, type: point|valve, kind, line, source, device, point, valve, name, about, missing}], in the order of the configuration. */
export function rowsOf(status) {
  return (status.devices ?? []).flatMap((device) => [...valvesOf(device).map((v) => valveRow(device, v)), ...pointRows(device)]);
}

function valveRow(device, v) {
  return { key: v.key, type: "valve", kind: "Valves", line: lineName(device), source: device.source ?? "", device, point: v.point, valve: v, name: v.name, about: [v.box, v.about].filter(Boolean).join(" · "), usual: valveKnown(v.state) || v.state === "unreported" };
}

function pointRows(device) {
  if (onlyValves(device)) return [];
  const points = (device.points ?? []).filter((p) => p.name !== "open" && p.name !== "commanded");
  const all = points.length ? points : [{ point: "", name: "", unit: "", value: null, last: null, missing: "", stale: true, age: 0 }];
  return all.map((point) => ({
    key: pointKey(device.source, device.name, point.point), type: "point", kind: kindOf(device, point), line: lineName(device), source: device.source ?? "", device, point,
    name: point.point ? `${device.name}.${plainName(point.point)}` : device.name, about: point.description || device.description || "", usual: usual(device, point),
  }));
}

function kindOf(device, point) {
  if (device.family === "laser") return "Lasers";
  if (!point.unit && point.metric?.includes("is_")) return "Conditions";
  return KINDS.find(([unit]) => unit === point.unit)?.[1] ?? "Other readings";
}

// A value that is there and new. One that nobody was asked for yet is no failure: a pointer that cannot be asked, a valve moved by hand.
function usual(device, point) {
  if (device.health === "unavailable") return false;
  if (point.value != null && !point.stale) return true;
  return Boolean(point.missing) && !point.stale && point.last == null && /cannot be asked|not reported|not commanded|not read yet|not received/.test(point.missing);
}

/** Rows that a search finds: every word stands in a row's name, description, device, model or agent. */
export function found(rows, search) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return rows;
  return rows.filter((r) => {
    const text = `${r.name} ${r.about} ${r.device.name} ${r.device.description ?? ""} ${r.device.model} ${r.source} ${r.kind}`.toLowerCase();
    return words.every((w) => text.includes(w));
  });
}

/** Groups of rows: [{title, rows, odd}], odd being how many are not usual. by: kind, place (of placesOf), line or device. */
export function groupRows(rows, by, marks = new Map(), places = null) {
  const titleOf = { kind: (r) => r.kind, place: (r) => places.of(r) || NOWHERE, device: (r) => r.device.description || r.device.name, line: (r) => r.line }[by];
  const groups = new Map();
  for (const row of rows) {
    const title = titleOf(row);
    if (!groups.has(title)) groups.set(title, { title, rows: [], odd: 0 });
    const g = groups.get(title);
    g.rows.push(row);
    if (isOdd(row, marks)) g.odd++;
  }
  const list = [...groups.values()];
  const order = { kind: ORDER, place: [...(places?.order ?? []), NOWHERE] }[by];
  if (order) list.sort((a, b) => order.indexOf(a.title) - order.indexOf(b.title));
  return list;
}

/** True for what is abnormal or not known. */
export function isOdd(row, marks) {
  return !row.usual || marks.has(row.key);
}

/** The rows that need attention, the worst first. */
export function oddRows(rows, marks) {
  const rank = (r) => ({ bad: 0, warn: 1 })[marks.get(r.key)?.look] ?? 2;
  return rows.filter((r) => isOdd(r, marks)).map((r, i) => ({ r, i })).sort((a, b) => rank(a.r) - rank(b.r) || a.i - b.i).map((x) => x.r);
}

/** The words behind a group's title. */
export function groupWords(group) {
  const n = group.rows.length, many = `${n} ${n === 1 ? "channel" : "channels"}`;
  if (group.title === "Valves") return `${group.rows.filter((r) => r.valve?.state === "open").length} of ${n} open${group.odd ? ` · ${group.odd} not usual` : ""}`;
  return `${many} · ${group.odd ? `${group.odd} not usual` : "all usual"}`;
}

