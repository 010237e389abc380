import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { seededRandom } from "../../../src/core/random.ts";
import { emptyTally, fuzzCase } from "./fuzz-case.ts";
import { plantedDefects } from "./planted-defects.ts";

// Both engines beside zod itself. More by hand: SLUICE_FUZZ_RUNS=500000 SLUICE_FUZZ_SEED=7 npx vitest run test/data/schema/fuzz.test.ts

const runs = Number(process.env["SLUICE_FUZZ_RUNS"] ?? 20_000);
const seed = Number(process.env["SLUICE_FUZZ_SEED"] ?? 4);

/** Every kind of schema and check that the generator makes, by zod's names. */
const kinds = [
  ...[
    "any",
    "array",
    "bigint",
    "boolean",
    "catch",
    "custom",
    "date",
    "default",
    "enum",
    "intersection",
    "lazy",
    "literal",
  ],
  ...[
    "nonoptional",
    "null",
    "nullable",
    "number",
    "object",
    "optional",
    "pipe",
    "prefault",
    "readonly",
    "record",
    "string",
  ],
  ...["template_literal", "transform", "tuple", "union", "unknown"],
  ...[
    "custom",
    "greater_than",
    "length_equals",
    "less_than",
    "max_length",
    "min_length",
    "multiple_of",
    "number_format",
  ].map((check) => `check ${check}`),
  ...["check overwrite", "check string_format"],
];

async function zodNamed(name: string): Promise<typeof z> {
  const module: { readonly z: typeof z } = await import(name);
  return module.z;
}

describe.each(["zod", "zod-lowest"])("%s", (name) => {
  test("tables and records get zod's own verdicts, issues and outputs", { timeout: 3_600_000 }, async () => {
    const zod = await zodNamed(name);
    const tally = emptyTally();
    fc.assert(
      fc.property(fc.nat(), (caseSeed) => {
        fuzzCase(zod, seededRandom(`schema ${caseSeed}`), tally);
      }),
      { seed, numRuns: runs },
    );
    expect(tally.cases).toBe(runs);
    expect(tally.accepted).toBeGreaterThan(runs);
    expect(tally.refused).toBeGreaterThan(runs);
    expect(tally.threw).toBeGreaterThan(runs / 1000);
    for (const how of ["loop", "distinct", "cell", "row", "missing"])
      expect(tally.how.get(how) ?? 0).toBeGreaterThan(runs / 200);
    for (const kind of kinds) {
      expect(tally.kinds.get(kind)?.accepted ?? 0, `rows accepted by ${kind}`).toBeGreaterThan(runs / 1000);
      expect(tally.kinds.get(kind)?.refused ?? 0, `rows refused by ${kind}`).toBeGreaterThan(runs / 100);
    }
  });
});

describe("a defect that is planted into the judging of columns is found", () => {
  test.each(Object.entries(plantedDefects))("%s", async (_name, judgeTable) => {
    const zod = await zodNamed("zod");
    const tally = emptyTally();
    expect(() => {
      while (tally.cases < 2000) fuzzCase(zod, seededRandom(`defect ${tally.cases}`), tally, judgeTable);
    }).toThrow(/differ|neither or both/);
  });
});
