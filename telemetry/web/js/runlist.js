// The list of runs: running now with phase and progress, then by day; operations on data; black boxes. Filters stand in the address.

import { h, setAttr, setText, sync } from "./dom.js";
import { clock, when } from "./format.js";
import { causeWords, grouped, howFar, lasted, nameOf, runState } from "./runwords.js";

const HEADS = ["run", "type", "status", "time", "faults"];
const SHAPES = { good: "○", running: "▶", bad: "◆", warn: "▲", stopped: "⊘", lost: "?" };

/** The list; choose({run, of, trip}) is called when one is chosen. */
export function runList(app, choose) {
  const { store, route } = app;
  const search = h("input", { type: "search", placeholder: "search runs   /", "aria-label": "Search runs", id: "run-q", oninput: () => choose({ q: search.value }) });
  const chips = ["all", "faulty", "data", "black boxes"].map((name) => h("button", { class: "chip", data: { chip: name }, onclick: () => choose({ show: name === "all" ? "" : name }) }, name));
  const rows = h("div", { class: "run-groups", id: "run-list" });
  const note = h("p", { class: "note dim", role: "status" }); // at the foot, always in sight: what is said there moves no row
  const heads = HEADS.map((name) => h("span", { class: name === "time" || name === "faults" ? "number" : name }, name)), head = h("div", { class: "run-heads" }, heads);
  const node = h("div", { class: "panel run-list" }, h("div", { class: "run-bar" }, search, h("div", { class: "chips", role: "group", "aria-label": "Which runs" }, chips)), head, rows, note);
  const running = []; // what makes the rows of those that run go on
  let last = null, order = { of: "", groups: [] }, held = false; // held: a hand may be reaching for a row
  rows.addEventListener("pointerenter", (e) => (held = e.pointerType === "mouse"));
  rows.addEventListener("pointerleave", () => {
    held = false;
    if (last) show(...last);
  });

  function show(found, boxes, failed) {
    last = [found, boxes, failed];
    const q = (route.params.get("q") ?? "").toLowerCase(), what = route.params.get("show") ?? "all";
    if (document.activeElement !== search) search.value = route.params.get("q") ?? "";
    for (const chip of chips) {
      setAttr(chip, "aria-pressed", String(chip.dataset.chip === what));
      setText(chip, chip.dataset.chip + ({ faulty: ` ${found.runs.filter((r) => r.faults).length}`, "black boxes": ` ${boxes.length}` }[chip.dataset.chip] ?? ""));
    }
    running.length = 0;
    head.hidden = what === "data" || what === "black boxes";
    setText(heads[1], everywhere() ? "agent · type" : "type");
    if (what === "data") return void data(found, failed);
    if (what === "black boxes") return void kept(boxes, failed);
    const match = (r) => (what !== "faulty" || r.faults > 0) && [r.name, r.id, r.queue, r.kind, r.sample, r.spectrometer, r.status, r.source].some((s) => s.toLowerCase().includes(q));
    const runs = found.runs.filter(match);
    setText(note, failed || empty(found, runs, what) || (found.more ? "There are more than these: the newest are shown." : ""));
    sync(rows, inPlace(runs, `${q} ${what} ${store.source}`), (g) => g.title, () => group(app, choose, running));
    tick(store.now());
  }

  // While a pointer is on the list each run stays where it is; those that began since come when it leaves.
  function inPlace(runs, of) {
    const key = (r) => `${r.source}/${r.id}`, known = new Map(runs.map((r) => [key(r), r]));
    if (held && order.of === of) return order.groups.map((g) => ({ ...g, runs: g.keys.map((k) => known.get(k)).filter(Boolean) }));
    const groups = grouped(runs, store.now());
    order = { of, groups: groups.map((g) => ({ title: g.title, keys: g.runs.map(key) })) };
    return groups;
  }

  const everywhere = () => store.status?.role === "viewer" && !store.source;

  function data(found, failed) {
    setText(note, failed || (found.operations.length ? "Operations on databases, repositories and pipelines in the last 7 days." : "No operation on a database, repository or pipeline was posted in the last 7 days."));
    sync(rows, found.operations.length ? [found.operations] : [], () => "operations", operations);
  }

  function kept(boxes, failed) {
    setText(note, failed || (boxes.length ? "What was frozen around trips, failures of watched devices and failed runs." : "Nothing was frozen: there was no trip, no failure of a device that an alarm watches, and no failed run."));
    sync(rows, boxes.length ? [boxes] : [], () => "boxes", () => boxList(app, choose));
  }

  function tick(now) {
    for (const row of running) row(now);
  }
  return { node, show, tick };
}

function empty(found, runs, what) {
  if (runs.length) return "";
  if (!found.runs.length) return "No run is known of the last 7 days. Runs come from Pychron's lifecycle events, posted to POST /events.";
  return what === "faulty" ? "No run of these had a fault." : "No run has this text.";
}

function group(app, choose, running) {
  const title = h("h3"), body = h("div", { class: "run-rows", role: "list" });
  const node = h("section", { class: "run-group" }, title, body);
  const update = (g) => {
    const failed = g.runs.filter((r) => runState(r).mark === "bad").length;
    setAttr(node, "data-now", g.title === "Running now" ? "yes" : null);
    setText(title, `${g.title} · ${g.runs.length} ${g.runs.length === 1 ? "run" : "runs"}${failed ? ` · ${failed} failed` : ""}`);
    sync(body, g.runs, (r) => `${r.source}/${r.id}`, () => row(app, choose, running));
  };
  return { node, update };
}

function row(app, choose, running) {
  let run = null;
  const [name, kind, shape, state, took, faults, bar, far] = [h("b"), h("span", { class: "kind dim" }), h("span", { class: "shape", "aria-hidden": "true" }), h("span", { class: "state" }), h("span", { class: "number" }), h("span", { class: "number faults" }), h("i"), h("small", { class: "far dim" })];
  const progress = h("span", { class: "progress" }, bar);
  const node = h("button", { class: "run-row", role: "listitem", onclick: () => choose({ run: run.id, of: run.source, trip: "" }) }, name, kind, h("span", { class: "how" }, shape, state), took, faults, progress, far);
  const time = (now) => {
    const how = howFar(run, now);
    progress.hidden = how.share == null;
    if (how.share != null) bar.style.width = `${Math.round(how.share * 100)}%`;
    setText(far, how.text);
    setText(took, lasted((now - Date.parse(run.started ?? "")) / 1000));
  };
  const update = (now) => {
    run = now;
    const s = runState(run), chosen = app.route.params;
    Object.assign(node.dataset, { run: run.id, source: run.source, state: run.state, mark: s.mark });
    setAttr(node, "aria-current", chosen.get("run") === run.id && !chosen.get("trip") ? "true" : null);
    const viewer = app.store.status?.role === "viewer" && !app.store.source;
    setText(name, nameOf(run));
    setText(kind, [viewer && run.source, run.kind || run.sample, run.spectrometer].filter(Boolean).join(" · "));
    setText(shape, SHAPES[s.mark]);
    setText(state, s.text);
    setAttr(node, "title", s.title || null);
    setText(faults, String(run.faults ?? ""));
    setAttr(faults, "data-none", run.faults ? null : "yes");
    const runs = run.state === "running";
    far.hidden = !runs;
    progress.hidden = true;
    if (runs) running.push(time);
    else setText(took, lasted(run.duration));
  };
  return { node, update };
}

function operations() {
  const body = h("tbody");
  const node = h("table", { class: "operations" }, h("thead", {}, h("tr", {}, ["operation", "times", "failed", "median", "longest"].map((t, i) => h("th", { scope: "col", class: i ? "number" : "" }, t)))), body);
  const update = (all) => sync(body, all, (o) => o.name, () => {
    const cells = [h("th", { scope: "row" }), ...Array.from({ length: 4 }, () => h("td", { class: "number" }))];
    const line = h("tr", {}, cells);
    return { node: line, update: (o) => {
      line.dataset.operation = o.name;
      setAttr(line, "data-failed", o.failed ? "yes" : null);
      [o.name, String(o.count), o.failed ? String(o.failed) : "", lasted(o.median) || "not timed", lasted(o.max)].forEach((t, i) => setText(cells[i], t));
    } };
  });
  return { node, update };
}

function boxList(app, choose) {
  const node = h("div", { class: "run-rows", role: "list" });
  const update = (boxes) => sync(node, boxes, (b) => `${b.source}/${b.id}`, () => {
    let b = null;
    const [what, at, more] = [h("b"), h("time", { class: "number" }), h("small", { class: "dim" })];
    const line = h("button", { class: "box-row", role: "listitem", onclick: () => choose({ trip: b.id, of: b.source }) }, what, at, more);
    return { node: line, update: (now) => {
      b = now;
      line.dataset.trip = b.id;
      setAttr(line, "aria-current", b.causes.some((c) => c.id === app.route.params.get("trip")) ? "true" : null);
      setText(what, causeWords(b.causes[0]) + (b.causes.length > 1 ? ` and ${b.causes.length - 1} more` : ""));
      setText(at, when(Date.parse(b.timestamp), app.store.now()));
      setText(more, [app.store.status?.role === "viewer" && b.source, b.recording ? `it goes on until ${clock(Date.parse(b.until), false)}` : `${b.points} points, ${b.readings} readings`, !b.complete && !b.recording && b.why].filter(Boolean).join(" · "));
    } };
  });
  return { node, update };
}
