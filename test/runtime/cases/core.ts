import assert from "node:assert/strict";
import { canonicalJson } from "../../../src/core/canonical-json.ts";
import { manualClock } from "../../../src/core/clock.ts";
import { digestOf } from "../../../src/core/digest.ts";
import { isSluiceError } from "../../../src/core/errors.ts";
import { uuidV7Ids } from "../../../src/core/ids.ts";
import { seededRandom } from "../../../src/core/random.ts";
import type { RuntimeCase } from "../runtime-case.ts";

/** The runtime's part of core: number formatting, floating-point arithmetic, SHA-256 and UUIDs. */
export const cases: readonly RuntimeCase[] = [
  {
    name: "core: canonical JSON writes the same text",
    run: () => {
      const text = canonicalJson({
        b: [1e21, 1e-7, -0, 0.1 + 0.2, 5e-324],
        a: { "\u20ac": "\u0001\ud83d\ude00", A: null },
      });
      assert.equal(text, '{"a":{"A":null,"€":"\\u0001😀"},"b":[1e+21,1e-7,0,0.30000000000000004,5e-324]}');
      assert.throws(() => canonicalJson([Number.NaN]), isSluiceError);
      return text;
    },
  },
  {
    name: "core: seeded random draws the same bits",
    run: () => {
      const random = seededRandom("runtime");
      const draws = new Float64Array(1000).map((_, i) => (i % 2 === 0 ? random.next() : random.normal()));
      assert.notEqual(draws[0], draws[2]);
      const order = random.shuffle(Array.from({ length: 50 }, (_, i) => i));
      return digestOf(new Uint8Array(draws.buffer)) + order.join(",");
    },
  },
  {
    name: "core: ids are UUID v7 and sort by time",
    run: () => {
      const clock = manualClock(1_700_000_000_000);
      const nextId = uuidV7Ids(clock);
      const ids = Array.from({ length: 100 }, () => nextId());
      clock.advance(1);
      ids.push(nextId());
      assert.deepEqual([...ids].sort(), ids);
      assert.equal(new Set(ids).size, ids.length);
      for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      return undefined;
    },
  },
];
