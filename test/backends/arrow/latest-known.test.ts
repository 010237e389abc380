import { expect, test } from "vitest";
import { latestKnown } from "../../../src/backends/arrow/latest-known.ts";
import { type Random, seededRandom } from "../../../src/core/random.ts";

/** Per spine row, by a look at every row of its key: the latest (event, known, ordinal) known at T. */
function literally(
  source: Int32Array,
  events: Float64Array,
  known: Float64Array,
  probe: Int32Array,
  at: Float64Array,
): Int32Array {
  const rowsOf = new Map<number, number[]>();
  source.forEach((code, row) => {
    if (code >= 0) rowsOf.set(code, [...(rowsOf.get(code) ?? []), row]);
  });
  return probe.map((code, row) => {
    let best = -1;
    const T = at[row] ?? 0;
    for (const one of rowsOf.get(code) ?? []) {
      if ((events[one] ?? 0) > T || (known[one] ?? 0) > T) continue;
      const later = (events[one] ?? 0) - (events[best] ?? 0) || (known[one] ?? 0) - (known[best] ?? 0);
      if (best < 0 || later >= 0) best = one;
    }
    return best;
  });
}

for (const [title, keys, rows, asked] of [
  ["one hot key", 1, 3000, 300],
  ["a few keys", 20, 6000, 600],
  ["more keys than partitions", 5000, 12_000, 6000],
] as const) {
  for (const [when, knownAt] of [
    ["", undefined],
    [", known later", (random, ms) => ms + random.int(100)],
    [", forecasts", (random, ms) => ms - random.int(100)],
    [", known before, at and after the event", (random, ms) => ms + random.int(9) - 4],
  ] as readonly [string, ((random: Random, eventMs: number) => number) | undefined][]) {
    test(`${title}${when}: equal to a look at every row`, () => {
      const random = seededRandom(`${title}${when}`);
      const codes = (length: number): Int32Array => Int32Array.from({ length }, () => random.int(keys + 1) - 1);
      const source = codes(rows);
      const probe = codes(asked);
      const events = Float64Array.from({ length: rows }, () => random.int(60) * 33);
      const known = knownAt === undefined ? events : events.map((ms) => knownAt(random, ms));
      const at = Float64Array.from({ length: asked }, () => random.int(2100) - 10);
      const found = latestKnown({
        keys: { count: keys, source, probe },
        eventTimeMs: events,
        knownTimeMs: known,
        atMs: at,
      });
      expect(found).toEqual(literally(source, events, known, probe, at));
      expect(found.filter((row) => row >= 0).length).toBeGreaterThan(asked / 4);
    });
  }
}
