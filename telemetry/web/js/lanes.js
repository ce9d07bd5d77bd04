// The lanes below the curves of a plot: what came late, what was open when, and the events by kind.

import { clock } from "./format.js";
import { grouped, KINDS } from "./marks.js";

const NEAR = 15; // px between two marks that have room for themselves

/** The groups of marks as they are drawn: what stands closer than a mark is wide is counted. */
export function groupsOf(g, marks) {
  return grouped(marks, (NEAR / g.width) * (g.to - g.from));
}

export function lanes(pen, g, picture) {
  for (const lane of g.lanes) {
    const y = lane.top + lane.height / 2;
    if (lane.kind === "replay") replays(pen, g, picture.replays, y);
    else if (lane.kind === "bar") bar(pen, g, lane.bar, y);
    else events(pen, g, picture, y + 7);
  }
}

function name(pen, g, text, y) {
  pen.text(text, g.left - 8, y, pen.ink("--ink"), { align: "right", room: g.left - 12 });
}

function replays(pen, g, list, y) {
  name(pen, g, "replayed", y);
  let end = -Infinity;
  for (const r of list) {
    const x0 = Math.max(g.x(r.from), g.left), x1 = Math.min(Math.max(g.x(r.to), g.x(r.from) + 4), g.left + g.width);
    if (x1 < x0) continue;
    pen.line(x0, y, x1, y, pen.ink("--ink"), { dash: [2.5, 2.5], width: 3 });
    if (x1 + 6 > end && x1 + 150 < g.left + g.width) end = x1 + 6 + pen.text(`came late, until ${clock(r.at * 1000, false)}`, x1 + 6, y, pen.ink("--dim"), { size: 11.5 });
  }
}

// Solid is open, nothing is closed, hatched is not known.
function bar(pen, g, b, y) {
  name(pen, g, b.name, y);
  pen.line(g.left, Math.round(y) + 0.5, g.left + g.width, Math.round(y) + 0.5, pen.ink("--line"));
  for (const s of b.stretches) {
    if (s.state === 0) continue;
    const x = g.x(s.from), w = Math.max(2, g.x(s.to) - x);
    if (s.state === null) pen.hatch(x, y - 5, w, 10, pen.ink("--edge"), pen.ink("--panel"));
    else pen.rect(x, y - 5, w, 10, pen.ink("--dim"));
  }
}

function events(pen, g, picture, y) {
  name(pen, g, "events", y);
  pen.line(g.left, Math.round(y) + 0.5, g.left + g.width, Math.round(y) + 0.5, pen.ink("--line"));
  for (const group of groupsOf(g, picture.marks)) {
    const x = g.x(group.t);
    mark(pen, x, y, group.kind);
    if (group.marks.length > 1) pen.text(String(group.marks.length), x, y - 12, pen.ink(KINDS[group.kind].ink), { align: "center", size: 10.5 });
  }
}

// One shape for each kind: meaning is not by colour alone.
function mark(pen, x, y, kind) {
  const ink = pen.ink(KINDS[kind].ink), paper = pen.ink("--panel"), text = (t) => pen.text(t, x, y + 0.5, ink, { align: "center", size: 9.5, bold: true });
  if (kind === "trip") return pen.shape([[x, y - 7], [x + 7, y], [x, y + 7], [x - 7, y]], ink);
  if (kind === "alarm") return pen.shape([[x, y - 6], [x + 7, y + 6], [x - 7, y + 6]], ink);
  if (kind === "lifecycle") {
    pen.line(x - 4, y - 7, x - 4, y + 7, ink, { width: 1.5 });
    return pen.shape([[x - 4, y - 6], [x + 6, y - 3], [x - 4, y]], paper, ink);
  }
  pen.circle(x, y, 6, paper, ink, kind === "failure" ? [2, 2] : []);
  if (kind === "failure") return text("?");
  if (kind === "refused") return pen.line(x - 4, y + 4, x + 4, y - 4, ink, { width: 1.5 });
  if (kind === "recovery") return text("✓");
  if (kind === "command") return text("!");
  if (kind === "system") return text("·");
  pen.circle(x, y, 2, ink);
}
