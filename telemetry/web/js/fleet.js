// The fleet, of a viewer: a row an agent, the worst first; each sentence, alarm and value names its agent. Commands stay with the agent: a
// link leads there.

import { byId, fill, h, setAttr, setText, sync } from "./dom.js";
import { many, span, when } from "./format.js";
import { abnormal } from "./abnormal.js";
import { fleetRows } from "./fleetrows.js";
import { sign } from "./icons.js";
import { recall, remember } from "./prefs.js";
import { recent } from "./recent.js";
import { ofRuns } from "./runnow.js";
import { sparkline } from "./spark.js";
import { pointKey } from "./trend.js";
import { pointState } from "./state.js";
import { reading } from "./units.js";

const HEAD = ["", "agent", "connection", "laser", "key value", "most severe", "run now", ""];

/** Builds the fleet into its section. */
export function fleetView(app) {
  const { store, route } = app;
  let order = recall("fleet", "worst");
  const search = h("input", { type: "search", placeholder: "search agents  /", "aria-label": "search agents", oninput: () => draw() });
  const chips = [["worst", "needs attention first"], ["name", "by name"]].map(([word, text]) => h("button", { class: "chip", data: { order: word }, onclick: () => { order = word; remember("fleet", word); draw(); } }, text));
  const counter = h("span", { class: "end dim", role: "status" });
  const list = h("div", { class: "fleet-rows" });
  const happened = recent(app, { rows: 10, id: "fleet-recent", title: "Last of all agents" });
  fill(byId("view-fleet"), h("section", { class: "panel table-panel", "aria-label": "Agents" }, h("div", { class: "bar" }, search, chips, counter),
    h("div", { role: "table", "aria-label": "agents" }, h("div", { class: "agent heading", role: "row" }, HEAD.map((t) => h("span", { role: "columnheader" }, t))), list)), happened.node);

  function draw() {
    if (route.view !== "fleet" || !store.status || store.lost) return;
    const status = store.status, word = search.value.toLowerCase();
    const rows = fleetRows(status, { now: store.now(), units: store.units, runs: app.runs() });
    const shown = rows.filter((r) => r.source.toLowerCase().includes(word));
    if (order === "name") shown.sort((a, b) => (a.source < b.source ? -1 : 1));
    const marks = abnormal(status);
    sync(list, shown.map((r) => ({ ...r, marks })), (r) => r.source, (r) => agentRow(app, r));
    for (const c of chips) setAttr(c, "aria-pressed", String(c.dataset.order === order));
    setText(counter, [many(rows.length, "agent"), many(status.devices?.length ?? 0, "device"), many((status.devices ?? []).reduce((n, d) => n + (d.points?.length ?? 0), 0), "channel")].join(" · "));
    happened.update();
  }
  for (const topic of ["status", "units"]) store.on(topic, draw);
  store.on("events", (fresh) => fresh.some(ofRuns) && draw()); // "none" must not stand where a run was heard of
  return { show: draw };
}

const cell = (name, ...children) => h("div", { class: name, role: "cell" }, ...children);

function agentRow(app, first) {
  const { store } = app;
  const text = (tag = "small") => h(tag);
  const [heard, age, beam, beamNote, value, was, valueName, worst, worstText, run, runNote] = ["b", "small", "b", "small", "b", "small", "small", "b", "small", "b", "small"].map(text);
  const picture = cell("picture"), spark = sparkline(), tag = h("span", { class: "tag" }, "SIMULATED");
  const enter = h("a", { class: "name", href: "#/instruments", onclick: (e) => { e.preventDefault(); e.stopPropagation(); app.route.view = "instruments"; app.route.look(first.source); } }, first.source);
  const there = h("a", { class: "there", target: "_blank", rel: "noopener noreferrer" }, "its page ›");
  const severe = cell("severe", worst, worstText);
  const node = h("div", { class: "agent", role: "row", data: { agent: first.source } }, picture, cell("who", enter, tag), cell("heard", heard, age), cell("beam", beam, beamNote),
    cell("key", h("span", { class: "stack" }, value, was, valueName), spark.node), severe, cell("run", run, runNote), cell("link", there));
  let signed = "";
  function update(r) {
    setAttr(node, "data-state", r.state);
    setAttr(node, "data-look", r.look);
    setText(heard, r.state === "online" ? "live" : r.state === "offline" ? "offline" : "silent");
    setText(age, r.heard ? (r.state === "online" ? `${span((store.now() - r.heard) / 1000)} ago` : `${span((store.now() - r.heard) / 1000)}, since ${when(r.heard, store.now())}`) : "never heard");
    tag.hidden = !r.simulated;
    setText(beam, r.laser.word);
    setText(beamNote, r.laser.note);
    setAttr(beam.parentElement, "data-state", r.laser.state);
    key(r);
    setText(worst, r.worst?.title ?? "nothing");
    setText(worstText, [r.worst?.text, r.more && `and ${r.more} more`].filter(Boolean).join(" · "));
    setAttr(severe, "data-look", r.worst && !r.worst.acked ? r.worst.look : null);
    setAttr(severe, "title", [worst.textContent, worstText.textContent].join("\n"));
    setText(run, r.run?.name ?? (r.state === "online" ? "none" : "not known"));
    setText(runNote, r.run ? r.run.phase || "under way" : "");
    there.hidden = !r.http;
    setAttr(there, "href", r.http || null);
    const kind = r.look === "bad" ? "trip" : r.look === "warn" ? "alarm" : r.worst ? "note" : "";
    const made = `${kind} ${r.worst?.acked}`;
    if (signed !== made) picture.replaceChildren(...(kind ? [sign(kind, r.worst?.acked)] : []));
    signed = made;
  }
  function key(r) {
    const p = r.key;
    if (!p) return [value, was, valueName].forEach((n) => setText(n, n === value ? "–" : ""));
    const id = pointKey(r.source, p.device.name, p.point.point);
    const s = pointState(p.device, p.point, store.units, store.sinceStatus()), live = s.state === "live";
    setText(value, live ? `${s.text} ${s.unit}` : "–");
    setText(was, live ? "" : s.was ? `was ${s.was.text} ${s.was.unit}`.trim() : "not known");
    setText(valueName, p.point.description || `${p.device.name} ${p.point.point}`);
    setAttr(value, "data-look", live ? r.marks.get(id)?.look : null);
    spark.draw(store.trend.recent(id), store.now() / 1000, reading(p.point.unit).log, live ? "live" : "old");
  }
  return { node, update };
}
