// From when to when each run went, of the events the page holds, so that a row can say to which run it belongs. Pure.

const nameOf = (event) => event.metric_name.replace(/^pychron_/, "").replace(/_total$/, "");

/** Runs as [{source, id, name, from, to}] in ms, in the order of their begin; one that goes on ends never. */
export function runsOf(events) {
  const open = new Map(), spans = [];
  for (const e of events) {
    const id = e.kind === "lifecycle" && e.labels?.run_id;
    if (!id) continue;
    const key = `${e.source}/${id}`, name = nameOf(e);
    if (name === "run_started" && !open.has(key)) {
      const span = { source: e.source, id, name: e.labels.run || (/^[0-9a-f]{8}-[0-9a-f]{4}-/.test(id) ? id.slice(0, 8) : id), from: e.ms, to: Infinity };
      open.set(key, span);
      spans.push(span);
    } else if (name === "run_completed" && open.has(key)) {
      open.get(key).to = e.ms;
      open.delete(key);
    }
  }
  return spans;
}

/** The run an event belongs to: its own, else the last that was under way then; null for none. */
export function runAt(spans, event) {
  const id = event.labels?.run_id;
  const own = id && spans.findLast((s) => s.source === event.source && s.id === id);
  return own || (spans.findLast((s) => s.source === event.source && s.from <= event.ms && event.ms <= s.to) ?? null);
}
