// Where the page begins: it makes the store and the views, and reads the address bar.

import { Store } from "./store.js";
import { byId, fill, h } from "./dom.js";
import { onDenied } from "./api.js";
import { askToken } from "./dialogs.js";
import { Commands } from "./commands.js";
import { Route } from "./route.js";
import { header } from "./header.js";
import { lineView } from "./line.js";
import { bench } from "./bench.js";
import { eventsView } from "./events.js";
import { metricsView } from "./metrics.js";
import { plotsView } from "./plots.js";
import { runsView } from "./runs.js";
import { keys } from "./keys.js";

const store = new Store();
const route = new Route();
const app = { store, route, commands: new Commands(store) };

onDenied(askToken);
store.setSource(route.source);

header(app);
const views = { line: lineView(app), bench: bench(app), events: eventsView(app), metrics: metricsView(app), plots: plotsView(app), runs: runsView(app) };
keys(app);

function show() {
  for (const name of Object.keys(views)) {
    const on = name === route.view;
    byId(`view-${name}`).hidden = !on;
    byId(`tab-${name}`).setAttribute("aria-current", on ? "page" : "false");
  }
  document.body.dataset.view = route.view;
  store.setSource(route.source);
  views[route.view].show?.();
}

route.on(show);
show();
store.start();

addEventListener("error", (e) => fill(byId("page-error"), h("p", {}, `The page itself failed: ${e.message}. Reload it.`)));
