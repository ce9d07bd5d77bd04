// The last things that happened, newest first: not readings, and not how things stood at a start.

import { h, setAttr, setText, sync } from "./dom.js";
import { clock, day, utc } from "./format.js";
import { icon } from "./icons.js";
import { panel } from "./panel.js";
import { eventDialog } from "./eventdialog.js";
import { sentence } from "./sentence.js";
import { coloured, stillTrue } from "./standing.js";

const ROWS = 12;

/** The panel of recent events: {node, update()}. */
export function recent(app, { rows = ROWS, id = "recent", title = "What happened" } = {}) {
  const list = h("ol", { class: "recent", id });
  const p = panel(`${id}-panel`, title, list);
  p.note.append(h("a", { href: "#/log" }, "the log"));
  let drawn = "", held = false; // a list under a pointer stands still
  list.addEventListener("pointerenter", (e) => (held = e.pointerType === "mouse"));
  list.addEventListener("pointerleave", () => { held = false; update(); });
  function update() {
    if (held) return;
    const last = app.store.log.events.filter(telling).slice(-rows).reverse();
    const mark = last.map((e) => e.key + (e.told ? "t" : "")).join() + app.store.units + coloured(app.store.status ?? {}) + day(app.store.now());
    if (mark === drawn) return;
    drawn = mark;
    sync(list, last, (e) => `${e.key} ${app.store.units}`, (e) => row(app, e));
  }
  // Whether it is in sight makes the browser lay out the page: asked only where its view is shown and something is new for it.
  app.store.on("events", (fresh) => !p.node.closest("[hidden]") && (!fresh.length || fresh.some(telling)) && p.node.offsetParent && update());
  return { node: p.node, update };
}

/** Whether an event tells what happened: no reading, nor how things stood at a start, nor what a command tells of already. */
export function telling(e) {
  return e.lane !== "readings" && e.kind !== "reading" && !e.told && e.metric_name !== "agent_odometer_notes_total" && e.point !== "commanded" && !(e.kind === "state" && /^old=unknown\b/.test(e.note ?? ""));
}

function row(app, event) {
  const s = sentence(event, app.store.units), many = app.store.status?.role === "viewer" && !app.store.source;
  const time = h("time", { title: utc(event.ms) });
  const node = h("li", { data: { severity: event.severity, kind: event.kind, key: event.key } },
    h("button", { onclick: () => eventDialog(app, event) }, time, icon(s.icon),
      h("span", { class: "story" }, many && `${event.source} · `, h("b", {}, s.what), s.more && ` · ${s.more}`)));
  setAttr(node, "data-replayed", event.replayed ? "yes" : null);
  const update = () => {
    setAttr(node, "data-look", stillTrue(app.store.status, event) ? s.look || null : null);
    setText(time, `${day(event.ms) === day(app.store.now()) ? "" : `${day(event.ms).slice(5)} `}${clock(event.ms, false)}`);
  };
  return { node, update };
}
