// What runs first, and stands in the page itself: when the empty page has been painted, it asks the first question, and for the styles of the views and
// the page's script. While that is read, the question is answered. Before, all of it would hold up the first frame: what a browser remembers is asked of
// another of its processes, and a script is read by another thread, for as long as all of the first frame takes.

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
  const { script, styles } = document.body.dataset;
  globalThis.styled = new Promise((done) => add("link", { rel: "stylesheet", href: styles, onload: done, onerror: done }));
  add("script", { type: "module", src: script });
}

const add = (tag, what) => document.head.append(Object.assign(document.createElement(tag), what));
begin();
