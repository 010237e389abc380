import assert from "node:assert/strict";
import type { AuditAnchor } from "../contracts/audit-anchor.ts";
import type { ContractCase } from "./contract-case.ts";

/** An empty, readable anchor, and another one on the same place, as a later process would open it. */
export interface AnchorSubject {
  readonly anchor: AuditAnchor;
  readonly again: AuditAnchor;
}

/** What every readable {@link AuditAnchor} must do. */
export const anchorContract: readonly ContractCase<AnchorSubject>[] = [
  {
    name: "an anchor to which nothing was given keeps nothing",
    run: async ({ anchor }) => {
      assert.deepEqual(await anchor.list(), []);
    },
  },
  {
    name: "every text comes back as it was put, also in a later process; the same text twice is no loss",
    run: async ({ anchor, again }) => {
      const texts = [1, 2, 3].map((size) => JSON.stringify({ size, text: 'é"\\u0000\u2028' }));
      for (const text of [...texts, ...texts.slice(1)]) await anchor.put(text);
      const kept = new Set((await again.list()).map(({ text }) => text));
      assert.deepEqual([...kept].sort(), texts);
    },
  },
  {
    name: "texts that are put at once are all kept whole",
    run: async ({ anchor, again }) => {
      const texts = Array.from({ length: 40 }, (_, i) => JSON.stringify({ i, text: "x".repeat(500) })).sort();
      await Promise.all(texts.map((text, i) => (i % 2 === 0 ? anchor : again).put(text)));
      assert.deepEqual((await anchor.list()).map(({ text }) => text).sort(), texts);
    },
  },
  {
    name: "each text is found at a place of its own",
    run: async ({ anchor }) => {
      for (const text of ["one", "two"]) await anchor.put(text);
      const places = (await anchor.list()).map(({ where }) => where);
      assert.equal(new Set(places).size, 2);
      assert.ok(places.every((where) => where.length > 0));
    },
  },
];
