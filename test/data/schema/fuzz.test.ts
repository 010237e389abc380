import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import type { RowIssue } from "../../../src/contracts/row-fault.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { fuzzCase, type Tally } from "./fuzz-case.ts";

// Both engines beside zod itself. More by hand: SLUICE_FUZZ_RUNS=500000 SLUICE_FUZZ_SEED=7 npx vitest run test/data/schema/fuzz.test.ts

const runs = Number(process.env["SLUICE_FUZZ_RUNS"] ?? 20_000);
const seed = Number(process.env["SLUICE_FUZZ_SEED"] ?? 4);

async function zodNamed(name: string): Promise<typeof z> {
  const module: { readonly z: typeof z } = await import(name);
  return module.z;
}

describe.each(["zod", "zod-lowest"])("%s", (name) => {
  test("tables and records get zod's own verdicts, issues and outputs", { timeout: 3_600_000 }, async () => {
    const zod = await zodNamed(name);
    const tally: Tally = { cases: 0, rows: 0, accepted: 0, refused: 0, threw: 0, how: new Map<string, number>() };
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
  });
});

test("the comparison itself notices a difference", () => {
  const issue = (path: string): RowIssue => ({ path, code: "custom", message: "x" });
  expect([issue("a")]).not.toEqual([issue("b")]);
});
