// The instruments: one dense table of every channel and valve. What is abnormal or not known stands first, in a part of fixed height, and
// in its own place as well: nothing moves when an alarm comes. At the side, in its place whether something is chosen or not, the sheet.

import { many } from "./format.js";
import { byId, fill, h, setAttr, setText, sync } from "./dom.js";
import { abnormal, limits } from "./abnormal.js";
import { found, groupRows, groupWords, isOdd, oddRows, rowsOf } from "./channels.js";
import { instrumentRow } from "./instrumentrow.js";
import { exportDialog } from "./export.js";
import { empty } from "./filter.js";
import { placesOf } from "./places.js";
import { recall, remember } from "./prefs.js";
import { seedSparks } from "./seed.js";
import { deviceOf, sheet } from "./sheet.js";

const FEW = 34; // rows of open groups at first: those that follow are folded
const HEAD = ["", "channel", "value", "10 minutes", "limits", "state", "age"];
const CLASSES = ["picture", "what", "reading", "curve", "bound", "state", "age"];

/** Builds the instruments into their section. */
export function instrumentsView(app) {
  const { store, route } = app;
  let by = recall("group", "kind"), used = by; // used: where nothing is drawn there are no places
  const folds = new Map(JSON.parse(recall("folds", "[]")));
  const search = h("input", { type: "search", id: "instrument-q", placeholder: "search  /", "aria-label": "search channels", spellcheck: "false", oninput: () => { put(); draw(); } });
  const chips = ["kind", "line", "device", "place"].map((word) => h("button", { class: "chip", data: { by: word }, onclick: () => group(word) }, word));
  const counter = h("span", { class: "end dim", role: "status", id: "instrument-count" });
  const out = h("button", { onclick: () => exportDialog(app, empty()) }, "Export");
  const odd = h("div", { class: "part odd", role: "rowgroup" }), oddTitle = h("span", { class: "dim" });
  const groups = h("div", { class: "parts" });
  const head = h("div", { class: "channel heading", role: "row" }, HEAD.map((t, i) => h("span", { class: CLASSES[i], role: "columnheader" }, t)));
  const side = sheet(app, () => choose(null));
  fill(byId("view-instruments"),
    h("div", { class: "panel table-panel" },
      h("div", { class: "bar", role: "search" }, search, h("span", { class: "dim" }, "group by"), chips, counter, out),
      h("div", { class: "channels", role: "table", "aria-label": "channels" }, head,
        h("div", { class: "attention-part" }, titleRow(h("h2", { class: "group" }, "Needs attention", oddTitle)), odd), groups)),
    side.node);

  function put() {
    const params = new URLSearchParams(route.params);
    search.value ? params.set("q", search.value) : params.delete("q");
    route.put(params);
  }

  function group(word) {
    by = word;
    remember("group", word);
    draw();
  }

  function choose(row) {
    const params = new URLSearchParams(route.params);
    const agent = row && store.status.role === "viewer" && !store.source ? `${row.source}/` : "";
    row ? params.set("d", `${agent}${row.device.name}${row.type === "valve" && row.valve.box ? `.${row.point.point}` : ""}`) : params.delete("d");
    route.put(params);
    draw();
  }

  function draw() {
    if (route.view !== "instruments" || !store.status || store.lost) return;
    const status = store.status, target = deviceOf(status, route.params.get("d") ?? ""), all = rowsOf(status), marks = abnormal(status), bounds = limits(status);
    const wrap = (row) => ({ row, mark: marks.get(row.key), limits: bounds.get(row.key) ?? [], chosen: row.device === target.device });
    const needs = oddRows(all, marks);
    sync(odd, needs.map(wrap), (x) => x.row.key, (x) => instrumentRow(app, x.row, choose, "first"));
    setText(oddTitle, needs.length ? `${needs.length} of ${all.length} channels` : "nothing: every channel has a value, none is in alarm");
    let room = FEW;
    const places = placesOf(status), drawn = places.order.length > 0;
    used = by === "place" && !drawn ? "kind" : by;
    const shown = groupRows(found(all, search.value), used, marks, places).map((g) => ({ ...g, fits: (room -= g.rows.length) >= 0 })) // whatever was folded: one that is opened opens no other
      .map((g) => ({ ...g, open: search.value ? true : folds.get(`${used}/${g.title}`) ?? g.fits }));
    sync(groups, shown.map((g) => ({ ...g, wrapped: g.open ? g.rows.map(wrap) : [] })), (g) => `${used}/${g.title}`, (g) => part(app, g, toggle, choose));
    for (const c of chips) setAttr(c, "aria-pressed", String(c.dataset.by === used));
    chips.at(-1).hidden = !drawn;
    setText(counter, [`${needs.length} ${needs.length === 1 ? "needs" : "need"} attention`, many(all.length, "channel"), many(status.devices?.length ?? 0, "device")].join(" · "));
    setAttr(counter, "title", counter.textContent);
    side.draw(target);
  }

  function toggle(title, open) {
    folds.set(`${used}/${title}`, open);
    remember("folds", JSON.stringify([...folds].slice(-60)));
    draw();
  }

  store.on("source", () => [odd, groups].forEach((p) => sync(p, [], () => "", null)));
  for (const topic of ["status", "units"]) store.on(topic, draw);
  seedSparks(store);
  return { show: () => { search.value = route.params.get("q") ?? search.value; draw(); } };
}

// A table holds rows and nothing else, headings of its groups included.
function titleRow(heading) {
  return h("div", { class: "title-row", role: "row" }, h("div", { class: "title-row", role: "cell" }, heading));
}

function part(app, first, toggle, choose) {
  const words = h("span", { class: "dim" }), rows = h("div", { class: "part", role: "rowgroup" });
  let open = first.open;
  const button = h("button", { class: "group", onclick: () => toggle(first.title, !open) }, h("i", { "aria-hidden": "true" }), first.title, words);
  const node = h("section", { data: { group: first.title } }, titleRow(h("h2", {}, button)), rows);
  const update = (g) => {
    open = g.open;
    setAttr(button, "aria-expanded", String(open));
    setAttr(button, "data-odd", g.odd ? "yes" : null);
    setText(words, groupWords(g));
    rows.hidden = !open;
    node.style.setProperty("--rows", g.wrapped.length);
    sync(rows, g.wrapped, (x) => x.row.key, (x) => instrumentRow(app, x.row, choose, "own"));
  };
  return { node, update };
}
