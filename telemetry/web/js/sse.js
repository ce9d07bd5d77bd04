// The text of a server-sent-event stream, cut into messages. For the stream that is read by fetch, because an EventSource
// cannot carry a token.

/** A parser: feed(text) returns the whole messages [{id, event, data}] that became complete. Comments are dropped. */
export function parser() {
  let rest = "";
  let message = fresh();
  let id = "";
  function line(text, out) {
    if (text === "") {
      if (message.data.length) out.push({ id, event: message.event, data: message.data.join("\n") });
      message = fresh();
      return;
    }
    const colon = text.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (field === "data") message.data.push(value);
    else if (field === "event") message.event = value;
    else if (field === "id" && !value.includes("\0")) id = value;
  }
  return {
    feed(text) {
      const out = [];
      const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop();
      for (const l of lines) line(l, out);
      return out;
    },
  };
}

function fresh() {
  return { event: "message", data: [] };
}
