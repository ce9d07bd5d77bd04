// The view of the line: the drawing, the sheet at its fixed place, on a phone the list below. It is the home view where a drawing is
// configured.

import { byId, fill, h, setAttr, setText, sync } from "./dom.js";
import { branches, folding } from "./fold.js";
import { drawing } from "./linedraw.js";
import { drawingOf, sceneOf } from "./linescene.js";
import { isArrow, next } from "./linekeys.js";
import { legend } from "./linesymbols.js";
import { regionList } from "./linelist.js";
import { sheet } from "./linesheet.js";
import { recall, remember } from "./prefs.js";
import { seedSparks } from "./seed.js";

const SMALLEST = 0.62; // of its full size: smaller, the drawing is moved about instead

function remembered(source) {
  try {
    return [JSON.parse(recall(`fold.${source}`, "[]"))].flat();
  } catch {
    return [];
  }
}

/** Builds the view into its section. */
export function lineView(app) {
  const { store } = app;
  const place = h("div", { class: "line-place", tabindex: "-1" });
  const agents = h("nav", { class: "line-agents", "aria-label": "Agents" });
  const zoom = h("div", { class: "line-zoom", role: "group", "aria-label": "Size of the drawing" },
    ...[["larger", "+", 1.25], ["smaller", "−", 0.8], ["fit", "fit", 0]].map(([name, text, by]) => h("button", { type: "button", "aria-label": `${name} drawing`, onclick: () => scale(by) }, text)));
  const foldAll = h("button", { type: "button", class: "fold-all", onclick: () => fold(folds.length ? [] : [...foldable.keys()]) });
  zoom.prepend(foldAll);
  const note = h("p", { class: "line-note" });
  const key = h("div", { class: "line-key" }, legend().map((item) => h("span", {}, ...item)), h("span", {}, "curves: 10 min"));
  const side = sheet(app, () => choose(null), (name) => fold(folds.includes(name) ? folds.filter((f) => f !== name) : [...folds, name])), list = regionList((name) => choose(name));
  const map = h("div", { class: "panel line-map" }, h("div", { class: "line-head" }, agents, note, zoom), place, key);
  fill(byId("view-line"), h("div", { class: "line-left" }, map, list.node), side.node);
  let all = null, layout = null, made = null, foldable = new Map(), folds = [], shape = "", mark = "", chosen = null, stop = "", size = 0, k = 1;

  function update() {
    const found = drawingOf(store.status, app.route.source);
    if (!found) return fill(place, h("p", { class: "dim" }, store.status ? "Nothing to draw: no valve is configured." : ""));
    const now = JSON.stringify([found.source, found.parts, found.pipes]);
    if (now !== shape) {
      foldable = branches(found);
      folds = remembered(found.source).filter((name) => foldable.has(name));
    }
    [shape, all] = [now, found];
    layout = folding(found, folds);
    if (shape + folds !== mark) build(shape + folds);
    setText(note, found.loose ? "Nobody said what is connected to what: valves and gauges stand in rows, unconnected. The section drawing of the configuration says it." : "");
    sync(agents, (store.status.drawings ?? []).length > 1 ? store.status.drawings : [], (d) => d.source, agent);
    foldAll.hidden = foldable.size < 2;
    setText(foldAll, folds.length ? "unfold" : "fold");
    setAttr(foldAll, "aria-label", folds.length ? "unfold all parts" : "fold all parts that fold");
    const scene = sceneOf(app, found, { chosen, stop, k: 1 / k, layout, foldable });
    made.update(scene);
    side.update(scene);
    list.update(scene);
  }

  function agent(first) {
    const node = h("button", { type: "button", onclick: () => app.route.look(first.source) }, first.source);
    return { node, update: (d) => setAttr(node, "aria-pressed", String(d.source === layout.source)) };
  }

  // What is folded is remembered in this browser, by agent.
  function fold(names) {
    folds = names;
    remember(`fold.${layout.source}`, names.length ? JSON.stringify(names) : "");
    update();
  }

  function build(next) {
    mark = next;
    made = drawing(layout, (name) => choose(name));
    stop = layout.parts.find((p) => p.kind === "valve")?.name ?? "";
    if (chosen && !all.parts.some((p) => p.name === chosen)) choose(null);
    fill(place, made.node);
    resized();
  }

  function choose(name) {
    const before = chosen;
    chosen = name;
    const part = all?.parts.find((p) => p.name === name) ?? null; // the list of a phone has what is folded, too
    if (part?.kind === "valve" && layout.parts.includes(part)) stop = name;
    side.choose(part);
    setAttr(document.body, "data-line-sheet", part ? "yes" : null);
    if (layout) update();
    if (part) side.focus();
    else if (before) place.querySelector(`[data-part="${CSS.escape(before)}"]`)?.focus({ preventScroll: true });
  }

  // The drawing as large as its place, or at the size that was chosen; what is written on it keeps its size. What lies above the view
  // may come and go, so its height is measured.
  function resized() {
    if (!made || !place.clientWidth) return false;
    const view = byId("view-line"), top = `${Math.round(view.getBoundingClientRect().top + scrollY) + 10}px`;
    if (view.style.getPropertyValue("--line-top") !== top) view.style.setProperty("--line-top", top);
    const phone = matchMedia("(max-width: 820px)").matches;
    const whole = Math.min(place.clientWidth / made.width, phone ? 9 : place.clientHeight / made.height);
    const next = phone ? whole : size || Math.max(SMALLEST, Math.min(1.4, whole));
    if (Math.abs(next - k) < 0.002 && made.node.style.width) return false;
    k = next;
    made.node.style.width = `${Math.floor(made.width * k)}px`;
    made.node.style.height = `${Math.floor(made.height * k)}px`;
    return true;
  }

  function fit() {
    if (resized()) update();
  }

  function scale(by) {
    size = by ? Math.min(3, Math.max(0.4, (made.node.clientWidth / made.width) * by)) : 0;
    fit();
  }

  place.addEventListener("keydown", (e) => {
    if (!isArrow(e.key) || !layout) return;
    e.preventDefault();
    stop = next(layout, e.target.dataset?.part ?? stop, e.key);
    update();
    const to = place.querySelector(`[data-line-valve="${CSS.escape(stop)}"]`);
    to?.focus();
    to?.querySelector(".target").scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  addEventListener("keydown", (e) => {
    if (e.key === "Escape" && chosen && app.route.view === "line" && !document.querySelector("dialog[open]")) choose(null);
  });
  new ResizeObserver(() => requestAnimationFrame(fit)).observe(place);
  const shown = () => app.route.view === "line" && (update(), fit());
  for (const topic of ["status", "units", "lost"]) store.on(topic, shown);
  store.on("events", (fresh) => fresh.some((e) => e.device && e.lane !== "readings") && shown()); // the numbers come with the status
  store.on("source", () => ((mark = shape = ""), choose(null)));
  seedSparks(store);
  return { show: () => (update(), fit()) };
}
