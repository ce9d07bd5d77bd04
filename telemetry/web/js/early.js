// The first question, which the page asks before its script has come: it is answered meanwhile. It stands in the page itself.

import { getJSON } from "./api.js";
import { token } from "./prefs.js";
import { statusPath } from "./statuspath.js";

const source = new URLSearchParams(location.hash.split("?")[1] ?? "").get("source") ?? "", path = statusPath(source);

globalThis.early = {
  path, secret: token(),
  answer: getJSON(path, { timeout: 3000 }).then((status) => ({ status, at: Date.now() }), () => null), // the store asks again, and says why
};
