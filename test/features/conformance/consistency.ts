import { expect } from "vitest";
import { type FeatureVectors, featureStatus } from "../../../src/contracts/feature-reader.ts";
import type { ServedVectors } from "../../../src/contracts/served-vectors.ts";
import { inputToJson } from "../../../src/ledger/segments/feature-input-json.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { commitRatings, hour, jan, type Rating, ratingService } from "./drivers.ts";

const service = ratingService();
const at = jan(2);
const drivers = Array.from({ length: 200 }, (_, i) => BigInt(i));
const inputs = drivers.map((driver) => ({ driver }));
const causes = { definition: 0, late: 0, missing: 0, expired: 0, unexplained: 0 };

/** Vectors as a log gives them back. */
function logged(vectors: FeatureVectors): ServedVectors {
  return {
    ...vectors,
    service,
    servedAtMs: vectors.atMs,
    inputs: inputs.map(inputToJson),
    predictionIds: inputs.map(() => ""),
  };
}

/** What was served, with the cell of one row as if it had been another one. */
function planted(vectors: FeatureVectors, row: number, value: number, status: number): FeatureVectors {
  return {
    ...vectors,
    values: vectors.values.with(row, value),
    statuses: vectors.statuses.with(row, status),
  };
}

/** How consistent what was served is with history. */
export const consistency: readonly ConformanceCase[] = [
  {
    number: 29,
    name: "cells that differ, are missing and are extra are told apart, with the symmetric error; the sample is of entities",
    run: async (bench) => {
      const { store } = bench;
      const ratings: readonly Rating[] = drivers
        .filter((driver) => driver % 10n !== 9n)
        .map((driver) => [driver, at - hour, null, Number(driver)]);
      await commitRatings(bench, ratings);
      await store.materialize(service, { to: at });
      const vectors = await store.vectors(service, inputs, { atMs: new Float64Array(inputs.length).fill(at) });
      const clean = await store.skew(service, { served: [[logged(vectors)]] });
      expect(clean.total).toEqual({
        cells: 200,
        equal: 200,
        causes,
        mismatched: 0,
        valueMissing: 0,
        valueExtra: 0,
        smape: 0,
      });
      const { present, missing } = featureStatus;
      let wrong = planted(vectors, 10, 12, present);
      wrong = planted(wrong, 20, Number.NaN, featureStatus.null);
      wrong = planted(wrong, 30, Number.NaN, missing);
      wrong = planted(wrong, 19, 5, present);
      const { total } = await store.skew(service, { served: [[logged(wrong)]] });
      expect(total).toMatchObject({ cells: 200, equal: 196, mismatched: 1, valueMissing: 2, valueExtra: 1 });
      expect(Object.values(total.causes).reduce((sum, count) => sum + count, 0)).toBe(4);
      // Over the cells with a value on both sides: one of 10 was served as 12.
      const both = drivers.filter((driver) => driver % 10n !== 9n && driver !== 20n && driver !== 30n);
      const sizes = both.reduce((sum, driver) => sum + 2 * Number(driver), 0) + 2;
      expect(total.smape).toBe(2 / sizes);
      // Half of the entities, whichever rows ask for them: all rows of one, or none.
      const half = await store.skew(service, { served: [[logged(vectors)]], rate: 0.5 });
      expect(half.rows).toBeGreaterThan(60);
      expect(half.rows).toBeLessThan(140);
      const twice = await store.skew(service, { served: [[logged(vectors), logged(wrong)]], rate: 0.5 });
      expect(twice.rows).toBe(2 * half.rows);
    },
  },
];
