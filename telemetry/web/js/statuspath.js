// Where the status is asked for, and what was asked before the page's script came.

import { token } from "./prefs.js";

/** The path of the status of one source, "" = of all. */
export const statusPath = (source) => `status${source ? `?source=${encodeURIComponent(source)}` : ""}`;

/** The status that was asked for early, and when it came: {status, at}. null if it was another's, or there was no answer. It is given once. */
export async function earlyStatus(path) {
  const first = globalThis.early;
  delete globalThis.early;
  return first?.path === path && first.secret === token() ? first.answer : null;
}
