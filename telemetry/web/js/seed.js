// Ten minutes of history for the sparklines when the page opens, one question after the other so that the agent is not flooded.

import { getJSON } from "./api.js";
import { pointKey } from "./trend.js";

const MOST = 60;
const seeded = new WeakSet();

/** Asks once for the recent history of every point with a unit, and again when the source changes. */
export function seedSparks(store) {
  if (seeded.has(store)) return; // two views may ask
  seeded.add(store);
  let seeding = null;
  const begin = async (status) => {
    if (!status || seeding === store.source) return;
    const mine = (seeding = store.source);
    for (const { device, point } of points(status).slice(0, MOST)) {
      if (seeding !== mine || store.lost) return;
      await seed(store, device, point).catch(() => {}); // no history is no harm
    }
    seededOf = mine;
  };
  let seededOf = null, asking = false;
  const bands = async (status) => {
    if (!status || asking || seededOf !== store.source || document.hidden) return;
    asking = true;
    const of = store.source, all = points(status).slice(0, MOST).map(({ device, point }) => ({ key: pointKey(device.source, device.name, point.point), source: device.source ?? "", device: device.name, point: point.point }));
    await store.usual.ask(all, store.now(), () => store.source === of && !store.lost);
    asking = false;
  };
  store.on("status", (status) => void (begin(status), bands(status)));
  store.on("source", () => (seeding = null));
}

function points(status) {
  return (status.devices ?? []).flatMap((device) => (device.points ?? []).filter((p) => p.unit).map((point) => ({ device, point })));
}

async function seed(store, device, point) {
  const now = store.now();
  const params = new URLSearchParams({
    source: device.source ?? "", device: device.name, point: point.point, points: "60",
    since: new Date(now - 600e3).toISOString(), until: new Date(now).toISOString(),
  });
  store.trend.seed(pointKey(device.source, device.name, point.point), await getJSON(`series?${params}`), now / 1000 - 600, now / 1000);
}
