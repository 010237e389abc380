/** Items laid out key by key. */
export interface KeyLayout {
  /** Those of key `k` are at the places `starts[k] … starts[k + 1]`, those without a key from `starts[keyCount]` on. */
  readonly starts: Uint32Array;
  /** The place of each item: every place once. */
  readonly places: Uint32Array;
}

/** Lays items out by key (−1 = none), those of each key in the order of `order`. A counting sort. */
export function layOutByKey(keys: Int32Array, keyCount: number, order: Uint32Array): KeyLayout {
  const starts = new Uint32Array(keyCount + 2);
  for (let item = 0; item < keys.length; item++) {
    const slot = slotOf(keys[item] ?? -1, keyCount) + 1;
    starts[slot] = (starts[slot] ?? 0) + 1;
  }
  for (let slot = 1; slot < starts.length; slot++) starts[slot] = (starts[slot] ?? 0) + (starts[slot - 1] ?? 0);
  const places = new Uint32Array(keys.length);
  const next = starts.slice();
  for (let i = 0; i < order.length; i++) {
    const item = order[i] ?? 0;
    const slot = slotOf(keys[item] ?? -1, keyCount);
    const place = next[slot] ?? 0;
    next[slot] = place + 1;
    places[item] = place;
  }
  return { starts, places };
}

function slotOf(key: number, keyCount: number): number {
  return key < 0 ? keyCount : key;
}

/** The places of items key by key, those of each key in the order of `order`, which is another one than the layout's. */
export function placesInOrder({ starts, places }: KeyLayout, keys: Int32Array, order: Uint32Array): Uint32Array {
  const next = starts.slice();
  const found = new Uint32Array(places.length);
  for (let i = 0; i < order.length; i++) {
    const item = order[i] ?? 0;
    const slot = slotOf(keys[item] ?? -1, starts.length - 2);
    const at = next[slot] ?? 0;
    next[slot] = at + 1;
    found[at] = places[item] ?? 0;
  }
  return found;
}

/** Values at their places: the items are gone over in their own order, so that what is written lies side by side for each key. */
export function laidOut(values: Float64Array, { places }: KeyLayout): Float64Array {
  const out = new Float64Array(places.length);
  for (let item = 0; item < places.length; item++) out[places[item] ?? 0] = values[item] ?? 0;
  return out;
}

/** As {@link laidOut}, for flags. */
export function flagsLaidOut(flags: Uint8Array, { places }: KeyLayout): Uint8Array {
  const out = new Uint8Array(places.length);
  for (let item = 0; item < places.length; item++) out[places[item] ?? 0] = flags[item] ?? 0;
  return out;
}
