// Where the page begins: it makes the store and the views, and reads the address bar.

import { Store } from "./store.js";
import { byId, fill, h } from "./dom.js";
import { onDenied } from "./api.js";
import { askToken } from "./dialogs.js";
import { Commands } from "./commands.js";
import { Route } from "./route.js";
import { header } from "./header.js";
import { instrumentsView } from "./instruments.js";
import { eventsView } from "./events.js";
import { metricsView } from "./metrics.js";
import { plotsView } from "./plots.js";
import { keys } from "./keys.js";

const store = new Store();
const route = new Route();
const app = { store, route, commands: new Commands(store) };

onDenied(askToken);
store.setSource(route.source);

header(app);
// A view is {show()}: it fills its section and is told when it comes into sight. Those that are missing here have no tab.
const views = {
  instruments: instrumentsView(app),
  log: eventsView(app),
  plots: plotsView(app),
  metrics: metricsView(app),
};
for (const tab of document.querySelectorAll("#views a")) tab.hidden = !views[tab.id.slice(4)];
keys(app);

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

route.on(show);
show();
store.start();

addEventListener("error", (e) => fill(byId("page-error"), h("p", {}, `The page itself failed: ${e.message}. Reload it.`)));
