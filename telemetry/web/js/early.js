// What runs first, and stands in the page itself: when the empty page has been painted, it asks the first question, and for the page's script. While that
// is read, the question is answered. Before, both would hold up the first frame: what a browser remembers is asked of another of its processes.

import { getJSON } from "./api.js";
import { painted } from "./painted.js";
import { token } from "./prefs.js";
import { statusPath } from "./statuspath.js";

async function begin() {
  await painted();
  const source = new URLSearchParams(location.hash.split("?")[1] ?? "").get("source") ?? "", path = statusPath(source);
  globalThis.early = {
    path, secret: token(),
    answer: getJSON(path, { timeout: 3000 }).then((status) => ({ status, at: Date.now() }), () => null), // the store asks again, and says why
  };
  const script = document.createElement("script");
  script.type = "module";
  script.src = document.querySelector("link[rel=modulepreload]").href; // it is here already, or comes
  document.head.append(script);
}
begin();
