// Runs: what runs now, what has ended and how, operations on data, and black boxes; beside the list the passport of the chosen one.

import { byId, fill, h } from "./dom.js";
import { getJSON } from "./api.js";
import { runList } from "./runlist.js";
import { passportPage } from "./passport.js";
import { tripPage } from "./tripview.js";

const EVERY = 20000; // ms between two questions while one looks and nothing is posted

/** Builds the view into its section. */
export function runsView(app) {
  const { store, route } = app;
  let found = { runs: [], operations: [], more: false }, boxes = [], asked = 0, due = 0, failed = "";
  const list = runList(app, choose);
  const sheet = h("article", { class: "panel passport", "aria-live": "off" });
  const passport = passportPage(app, sheet, choose), box = tripPage(app, sheet);
  fill(byId("view-runs"), list.node, sheet);

  const inView = () => route.view === "runs";
  const query = (path) => (store.source ? `${path}?source=${encodeURIComponent(store.source)}` : path);

  async function load() {
    const mine = ++asked;
    due = Date.now() + EVERY;
    try {
      const [runs, trips] = await Promise.all([getJSON(query("runs"), { timeout: 30000 }), getJSON(query("trips"))]);
      if (mine !== asked) return;
      [found, boxes, failed] = [runs, trips, ""];
    } catch (error) {
      if (mine !== asked) return;
      failed = `The list is not known: ${error.message}`;
    }
    show();
  }

  function show() {
    if (!inView()) return;
    const params = route.params, of = params.get("of") ?? "", kept = params.has("trip") ? boxOf(boxes, params.get("trip"), of) : null;
    const cause = kept?.causes.findLast((c) => c.about === params.get("trip"));
    if (cause) { // a link named a rule: the address names what it tripped
      params.set("trip", cause.id);
      route.put(params);
    }
    list.show(found, boxes, failed);
    if (params.has("trip")) {
      passport.leave();
      return void box.show(kept, params.get("trip"), of);
    }
    box.leave();
    const run = pick(params.get("run"), of);
    passport.show(run, found.runs);
  }

  function pick(id, of) {
    if (id) return found.runs.find((r) => r.id === id && (!of || r.source === of)) ?? found.runs.find((r) => r.name === id && (!of || r.source === of)) ?? { id, source: of, missing: true };
    return found.runs.find((r) => r.state === "running") ?? found.runs[0] ?? null;
  }

  function choose(change) {
    const params = new URLSearchParams(route.params);
    for (const [key, value] of Object.entries(change)) value ? params.set(key, value) : params.delete(key);
    route.put(params);
    show();
  }

  store.on("events", (fresh) => {
    if (!fresh.some((e) => e.lane === "ingest" || e.kind === "trip" || e.kind === "failure")) return;
    due = Math.min(due, Date.now() + 700);
  });
  store.on("source", () => { found = { runs: [], operations: [], more: false }; boxes = []; due = 0; });
  store.on("units", show);
  store.on("status", () => inView() && (Date.now() >= due ? load() : list.tick(store.now())));
  addEventListener("resize", () => inView() && passport.resize());
  return { show: () => { show(); if (Date.now() >= due) load(); } };
}

// The black box that an id is a cause of, or the newest that a rule tripped: links name either.
function boxOf(boxes, trip, of) {
  const own = boxes.filter((b) => !of || b.source === of);
  return own.find((b) => b.causes.some((c) => c.id === trip)) ?? own.find((b) => b.causes.some((c) => c.about === trip)) ?? null;
}
