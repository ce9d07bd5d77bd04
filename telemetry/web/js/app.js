// Where the page begins: it makes the store and the views, and reads the address bar.

import { Store } from "./store.js";
import { byId } from "./dom.js";
import { ApiError, onDenied } from "./api.js";
import { askToken } from "./dialogs.js";
import { Commands } from "./commands.js";
import { Route } from "./route.js";
import { attentionRow } from "./attentionrow.js";
import { ear } from "./ear.js";
import { eventDialog } from "./eventdialog.js";
import { eventsView } from "./events.js";
import { fleetView } from "./fleet.js";
import { header, setTheme } from "./header.js";
import { instrumentsView } from "./instruments.js";
import { keys } from "./keys.js";
import { lineView } from "./line.js";
import { metricsView } from "./metrics.js";
import { painted } from "./painted.js";
import { plotsView } from "./plots.js";
import { recall } from "./prefs.js";
import { runsView } from "./runs.js";
import { sentence } from "./sentence.js";
import { strip } from "./strip.js";
import { needPlots } from "./uplot.js";

const LATE = 400; // ms: the views do not wait longer for the first status

const store = new Store();
const route = new Route();
const app = { store, route, commands: new Commands(store), sentence: (e) => sentence(e, store.units), openEvent: (e) => eventDialog(app, e) };

onDenied(askToken);
store.setSource(route.source);

// A viewer has the fleet for its home; an agent, or one that is looked at in a viewer, its line where somebody drew it. It is said before
// the views hear of the status: none is drawn only to give way.
store.on("status", (status) => {
  if (!status) return;
  byId("tab-fleet").hidden = status.role !== "viewer";
  if (status.role === "viewer" && !store.source) route.setHome("fleet");
  else if (status.drawings?.some((d) => !d.loose)) route.setHome("line");
});

const views = {};

// What stands on every view.
function frame() {
  header(app);
  strip(app);
  attentionRow(app);
  ear(app);
  keys(app);
}

// A view is {show()}: it fills its section and is told when it comes into sight. Those that are missing here have no tab.
function build() {
  Object.assign(views, {
    fleet: fleetView(app),
    line: lineView(app),
    instruments: instrumentsView(app),
    log: eventsView(app),
    plots: plotsView(app),
    runs: runsView(app),
    metrics: metricsView(app),
  });
  for (const tab of document.querySelectorAll("#views a[id]")) tab.hidden = !views[tab.id.slice(4)] || (tab.id === "tab-fleet" && store.status?.role !== "viewer");
  route.on(show);
  show();
}

function show() {
  if (!views[route.view]) return route.go("instruments");
  for (const name of Object.keys(views)) {
    const on = name === route.view;
    byId(`view-${name}`).hidden = !on;
    byId(`tab-${name}`).setAttribute("aria-current", on ? "page" : "false");
  }
  document.body.dataset.view = route.view;
  store.setSource(route.source);
  views[route.view].show?.();
}

// The page stands before it asks anything of history: it was painted empty, and the first question asked, before this script came; then come the strip
// with its first numbers, the views, and what the log has.
async function begin() {
  setTheme(recall("theme"));
  frame();
  const answered = store.start();
  await Promise.race([answered, new Promise((late) => setTimeout(late, LATE))]);
  await Promise.all([painted(), globalThis.styled]); // without the styles of the views, too, where they do not come
  build();
  store.restart();
  await painted();
  needPlots().catch(() => {}); // the first plot asks again
}
begin();

// An observer that is behind by a frame is no failure of the page.
const harmless = /^ResizeObserver loop/;
addEventListener("error", (e) => harmless.test(e.message) || app.fail?.(e.message));
const ofTheNetwork = (e) => e instanceof ApiError || ["AbortError", "TimeoutError", "NetworkError"].includes(e?.name);
addEventListener("unhandledrejection", (e) => ofTheNetwork(e.reason) || app.fail?.(e.reason?.message ?? String(e.reason)));
