// What this browser remembers for its person: pressure unit, theme, plotted series, and the token of this session.

const PREFIX = "pychron-edge.";

function storage(kind) {
  try {
    return globalThis[kind];
  } catch {
    return null; // storage can be forbidden; the page works without
  }
}

/** A remembered word, or otherwise. */
export function recall(name, otherwise = "") {
  return storage("localStorage")?.getItem(PREFIX + name) ?? otherwise;
}

/** Remembers a word; "" forgets it. */
export function remember(name, value) {
  const store = storage("localStorage");
  try {
    if (value === "") store?.removeItem(PREFIX + name);
    else store?.setItem(PREFIX + name, value);
  } catch {
    // a full or forbidden store loses a preference, nothing else
  }
}

/** The token typed in by the person: for this tab, or for this browser when asked to keep it. */
export function token() {
  return storage("sessionStorage")?.getItem(PREFIX + "token") || recall("token");
}

/** Keeps a token for this tab, and in this browser when keep is set; "" forgets both. */
export function setToken(value, keep) {
  storage("sessionStorage")?.setItem(PREFIX + "token", value);
  remember("token", keep ? value : "");
}
