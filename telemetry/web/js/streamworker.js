// The worker that all pages of a browser share: it holds their one stream of events.

import { Hub } from "./hub.js";
import { Stream } from "./stream.js";

const base = new URL("../", import.meta.url).href;
const hub = new Hub((handlers) => new Stream(handlers, base));

globalThis.onconnect = ({ ports: [port] }) => {
  const member = { post: (message) => port.postMessage(message) };
  port.onmessage = ({ data }) => (data.join ? hub.join(member, data.join) : hub.leave(member));
};
