// The metrics as Prometheus sees them: present value, rate, when it last moved, quantiles and buckets; a click plots.

import { byId, fill, h, setAttr, setText, sync } from "./dom.js";
import { getText } from "./api.js";
import { keyOf, parsing, quantileWords, unitOf } from "./exposition.js";
import { Scrapes } from "./scrapes.js";
import { Steps } from "./steps.js";
import { display, number } from "./units.js";

const EVERY = 2000;
const MOST = { histogram: 5, else: 20 }; // series of a family that are shown unasked
const TOGETHER = 3; // families that are laid out in one frame

/** Builds the metrics into their section. */
export function metricsView(app) {
  const { store, route } = app;
  const scrapes = new Scrapes();
  store.metricTrend = (key) => scrapes.trend(key.slice(7));
  let families = [], timer = 0, room = TOGETHER, growing = 0, opened = 0, order = null;
  const search = h("input", { id: "metric-q", type: "search", placeholder: "search name, label or help", "aria-label": "search metrics", oninput: () => { route.put(params()); anew(); } });
  const runtime = h("input", { id: "metric-go", type: "checkbox", onchange: () => anew() });
  const type = h("select", { "aria-label": "type", onchange: () => anew() }, ["any type", "counter", "gauge", "histogram"].map((t) => h("option", { value: t === "any type" ? "" : t }, t)));
  const note = h("span", { role: "status" }), news = h("button", { id: "metric-new", onclick: () => anew() });
  const columns = [0, 1].map(() => h("div", { class: "column" })), list = h("div", { id: "metric-list" }, columns);
  fill(byId("view-metrics"), h("div", { class: "bar" }, h("div", { class: "filters" }, search, type, h("label", { class: "check" }, runtime, "Go and process"), h("a", { href: "metrics", target: "_blank", rel: "noopener" }, "as text")), h("span", { class: "end" }, news, note)), list);

  function params() {
    return new URLSearchParams(search.value ? { q: search.value } : {});
  }

  // A large line has thousands of lines here. Of two scrapes at a time the later one is read, and asks again.
  const reader = new Steps();
  const inSteps = (text) => new Promise((done) => reader.run(function* () { done(yield* parsing(text)); }));

  const wanted = () => route.view === "metrics" || (route.view === "plots" && route.params.has("m"));

  async function scrape() {
    clearTimeout(timer);
    if (!wanted() || document.hidden) return void (timer = setTimeout(scrape, EVERY));
    try {
      families = await inSteps(await getText("metrics"));
      scrapes.add(families, store.now() / 1000);
      draw();
    } catch (error) {
      setText(note, `no metrics: ${error.message}`);
      families = [];
      draw();
    }
    timer = setTimeout(scrape, EVERY);
  }

  function draw() {
    if (route.view !== "metrics") return;
    const word = search.value.toLowerCase();
    const fits = (f) => (!type.value || f.type === type.value) && (runtime.checked || !/^(go|process|promhttp)_/.test(f.name));
    const found = families.filter(fits).map((f) => ({ ...f, series: f.series.filter((s) => !word || `${s.key} ${f.help}`.toLowerCase().includes(word)) })).filter((f) => f.series.length);
    const stood = inPlace(found);
    const shown = stood.slice(0, room).map((f, order) => ({ ...f, order }));
    columns.forEach((column, k) => sync(column, shown.filter((f) => f.order % 2 === k), (f) => f.name, (f) => family(app, scrapes, f, { all: () => Boolean(word), opened: () => opened })));
    if (room < stood.length && !growing) growing = requestAnimationFrame(grow);
    if (families.length) setText(note, `${found.reduce((n, f) => n + f.series.length, 0)} of ${families.reduce((n, f) => n + f.series.length, 0)} series`);
  }

  // What is new while one looks would move what a hand is reaching for: it comes when the view is opened anew, or asked for.
  function inPlace(found) {
    if (!order && families.length) order = new Set(found.map((f) => f.name));
    const late = order ? found.filter((f) => !order.has(f.name)).length : 0;
    news.style.visibility = late ? "" : "hidden";
    setText(news, `${late} new`);
    return order ? found.filter((f) => order.has(f.name)) : found;
  }

  function anew() {
    order = null;
    opened++;
    draw();
  }

  // A large line has thousands of series: they come in over a few frames, and the page goes on answering.
  function grow() {
    growing = 0;
    room += TOGETHER;
    draw();
  }

  scrape();
  store.on("units", draw);
  return { show: () => { search.value = route.params.get("q") ?? search.value; anew(); scrape(); } };
}

// The series that a family has when the view is opened; those that come later are counted beside its type until one asks for them.
function family(app, scrapes, first, { all, opened }) {
  const rows = h("div", { class: "series" });
  let kept = null, of = -1, last = first;
  const more = h("button", { class: "quiet more", data: { act: "more" }, onclick: () => { kept = new Set(last.series.map((s) => s.key)); update(last); } });
  const node = h("section", { class: "panel family", data: { family: first.name } },
    h("header", {}, h("h2", {}, h("span", { class: `mark ${first.type}`, title: first.type }), first.name), h("span", { class: "end" }, more, h("span", { class: "note" }, first.type))), h("p", { class: "dim" }, first.help), rows);
  function update(f) {
    last = f;
    node.style.order = f.order; // where there is one column
    if (of !== opened()) kept = new Set((all() ? f.series : f.series.slice(0, MOST[f.type] ?? MOST.else)).map((s) => s.key));
    of = opened();
    const shown = f.series.filter((s) => kept.has(s.key));
    sync(rows, shown, (s) => s.key, (s) => (s.buckets ? histogram : plain)(app, scrapes, f, s));
    more.style.visibility = shown.length === f.series.length ? "hidden" : "";
    setText(more, `${f.series.length - shown.length} more`);
  }
  return { node, update };
}

function plotButton(app, key) {
  const params = () => new URLSearchParams({ m: key, range: "600" });
  return h("button", { class: "quiet", data: { act: "plot" }, "aria-label": `plot ${key}`, onclick: () => app.route.go("plots", params()) }, "plot");
}

function labelText(labels) {
  return keyOf("", labels).replace(/^\{|\}$/g, "") || "no labels";
}

function plain(app, scrapes, f, first) {
  const [value, rate, moved] = ["value", "rate", "moved"].map((c) => h("span", { class: `${c} number` }));
  const node = h("div", { class: "sample", data: { series: first.key } }, h("span", { class: "mono labels" }, labelText(first.labels)), value, rate, moved, plotButton(app, first.key));
  const update = (s) => {
    const d = display(s.value, f.type === "gauge" ? unitOf(f.name) : "", app.store.units);
    setText(value, f.type === "counter" ? String(s.value) : `${d.text} ${d.unit}`.trim());
    setAttr(value, "title", String(s.value));
    setText(rate, f.type === "counter" ? `${number(scrapes.rate(s.key))} /s` : "");
    setText(moved, scrapes.moved(s.key));
  };
  return { node, update };
}

function histogram(app, scrapes, f, first) {
  const [value, rate, moved] = ["value", "rate", "moved"].map((c) => h("span", { class: `${c} number` }));
  const bars = h("div", { class: "buckets" });
  const node = h("div", { class: "sample tall", data: { series: first.key } }, h("span", { class: "mono labels" }, labelText(first.labels)), value, rate, moved, plotButton(app, first.key), bars);
  const unit = f.name.endsWith("_seconds") ? " s" : "";
  const update = (s) => {
    const q = [0.5, 0.9, 0.99].map((x) => `p${x * 100} ${quantileWords(x, s.buckets, (v) => `${number(v)}${unit}`)}`);
    setText(value, `${s.count} observed · mean ${number(s.sum / s.count)}${unit} · ${q.join(" · ")}`);
    setText(rate, `${number(scrapes.rate(s.key))} /s`);
    setText(moved, scrapes.moved(s.key));
    sync(bars, steps(s.buckets), (b) => String(b.le), bucket);
  };
  return { node, update };
}

function steps(buckets) {
  const sorted = [...buckets].sort((a, b) => a.le - b.le), total = sorted.at(-1)?.count || 1;
  const own = sorted.map((b, i) => b.count - (i ? sorted[i - 1].count : 0)), most = Math.max(1, ...own);
  return sorted.map((b, i) => ({ le: b.le, own: own[i], total, height: own[i] / most }));
}

function bucket() {
  const bar = h("i"), label = h("small");
  const node = h("div", { class: "bucket" }, h("div", { class: "well" }, bar), label);
  const update = (b) => {
    bar.style.height = `${100 * b.height}%`;
    setText(label, b.le === Infinity ? "∞" : `≤${number(b.le)}`);
    setAttr(node, "title", `${b.own} of ${b.total}`);
  };
  return { node, update };
}

