// The places of the attention row: a few of equal width that never move. An item keeps its place while a hand may be reaching for it;
// when what stands in a place changes, its buttons rest for a moment, so that no press meets another item than was seen. Pure.

const REST = 900; // ms

/** Slots decides what stands where. */
export class Slots {
  constructor(count) {
    this.places = Array.from({ length: count }, () => ({ key: null, item: null, changed: -Infinity }));
  }

  /** Puts the items, most severe first, into the places. held: somebody points at the row, so nothing is put elsewhere. */
  put(items, now, held) {
    const first = items.slice(0, this.places.length);
    const byKey = new Map(items.map((i) => [i.key, i]));
    this.places.forEach((place, n) => {
      const stays = held && place.key !== null ? byKey.get(place.key) : undefined;
      const item = held ? stays ?? (place.key === null ? free(first, this.places) : null) : first[n] ?? null;
      if ((item?.key ?? null) !== place.key) Object.assign(place, { key: item?.key ?? null, changed: now });
      place.item = item ?? null;
    });
    return this.places;
  }

  /** Whether the buttons of a place may be pressed. */
  ready(place, now) {
    return now - place.changed >= REST;
  }
}

function free(items, places) {
  return items.find((i) => !places.some((p) => p.key === i.key)) ?? null;
}
