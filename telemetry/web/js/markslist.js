// Several events that stand at one place of a plot: a list to choose from, and the way to the log.

import { h } from "./dom.js";
import { when } from "./format.js";
import { modal } from "./dialogs.js";
import { eventDialog } from "./eventdialog.js";

const SHOWN = 100;

/** Opens the event, or the list of those there are. */
export function openMarks(app, marks) {
  if (marks.length === 1) return eventDialog(app, marks[0].event);
  const log = new URLSearchParams({ since: new Date(marks[0].event.ms).toISOString(), until: new Date(marks.at(-1).event.ms + 1).toISOString() });
  const rows = marks.slice(0, SHOWN).map((m) => h("li", {}, h("button", { type: "button", onclick: () => { box.close(""); eventDialog(app, m.event); } }, h("time", {}, when(m.event.ms, app.store.now(), true)), " ", m.label)));
  const { box } = modal("dialog-marks", `${marks.length} events`, h("div", {}, h("ol", { class: "marks" }, rows),
    h("p", {}, marks.length > SHOWN && `The first ${SHOWN} of ${marks.length}. `, h("a", { href: `#/log?${log}`, onclick: () => box.close("") }, "All of them in the log"))));
}
