// The last things that happened, newest first, on the bench: the audit lane only, so that readings do not hide them.

import { h, setAttr, setText, sync } from "./dom.js";
import { clock, utc } from "./format.js";
import { panel } from "./panel.js";
import { story, subject, valueOf } from "./words.js";
import { eventDialog } from "./eventdialog.js";

const ROWS = 12;

/** The panel of recent events. */
export function recent(app) {
  const list = h("ol", { class: "recent", id: "recent" });
  const p = panel("recent-panel", "What happened", list);
  p.note.append(h("a", { href: "#/log" }, "all events"));
  let drawn = "";
  function update() {
    const last = app.store.log.events.filter(telling).slice(-ROWS).reverse();
    const mark = last.map((e) => e.key).join() + app.store.units;
    if (mark === drawn) return;
    drawn = mark;
    sync(list, last, (e) => e.key, (e) => row(app, e));
  }
  app.store.on("events", () => app.route.view === "instruments" && update());
  return { node: p.node, update };
}

// Not readings, and not how things stood at a start.
function telling(e) {
  return e.lane !== "readings" && e.metric_name !== "valve_is_commanded" && !(e.kind === "state" && /^old=unknown\b/.test(e.note ?? ""));
}

function row(app, event) {
  const time = h("time", { title: utc(event.ms) }, clock(event.ms));
  const value = h("span", { class: "number" });
  const text = [event.kind === "command" ? "" : subject(event), event.status === "success" ? "" : event.status, story(event)].filter(Boolean).join(" · ");
  const node = h("li", { data: { severity: event.severity, kind: event.kind, key: event.key } },
    h("button", { onclick: () => eventDialog(app, event) }, time, h("span", { class: `mark ${event.event_type}`, title: event.event_type }),
      h("span", { class: "metric" }, event.metric_name), value, h("span", { class: "story" }, text)));
  setAttr(node, "data-replayed", event.replayed ? "yes" : null);
  return { node, update: () => setText(value, valueOf(event, app.store.units)) };
}
