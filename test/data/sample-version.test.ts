import { expect, test } from "vitest";
import { z } from "zod";
import { distribution } from "../../src/data/checks/distribution.ts";
import { surroundingsOf } from "../../src/data/checks/check-surroundings.ts";
import { custom } from "../../src/data/checks/custom.ts";
import { skew } from "../../src/data/checks/distribution.ts";
import { dataset } from "../../src/data/dataset.ts";
import { sampledRows, sampleVersion } from "../../src/data/rows/sample-version.ts";
import { columnOf, makeTable } from "../../src/table/table.ts";
import { withData } from "./open-data.ts";

const levels = dataset("levels", { schema: z.object({ at: z.date(), level: z.number() }), eventTime: "at" });
const tableOf = (rows: number) =>
  makeTable({
    at: { tag: "instant", values: Float64Array.from({ length: rows }, (_, row) => row) },
    level: { tag: "f64", values: Float64Array.from({ length: rows }, (_, row) => row) },
  });

test("a sample has one row of each stretch of a version, in order, and is the same each time", () =>
  withData(async ({ data, repository }) => {
    const rows = 50_001;
    const { digest } = await data.commit(levels, [tableOf(rows)]);
    for (const most of [1, 7, 1000, 30_000, 50_000]) {
      const sample = await sampleVersion(repository, digest, { columns: ["level"] }, most);
      expect(Object.keys(sample.columns)).toEqual(["level"]);
      const found = columnOf(sample, "level", "f64").values;
      expect(found.length).toBe(most);
      found.forEach((row, stretch) => {
        expect(row).toBeGreaterThanOrEqual(Math.floor((stretch * rows) / most));
        expect(row).toBeLessThan(Math.floor(((stretch + 1) * rows) / most));
      });
      const again = await sampleVersion(repository, digest, { columns: ["level"] }, most);
      expect(columnOf(again, "level", "f64").values).toEqual(found);
    }
    for (const most of [rows, rows + 1])
      expect((await sampleVersion(repository, digest, { columns: ["level"] }, most)).rowCount).toBe(rows);
  }));

test("a distribution check is given a sample of a large version, a check of one's own all rows", () =>
  withData(async ({ data, repository }) => {
    const rows = sampledRows + 200_000;
    const { digest } = await data.commit(levels, [tableOf(rows)]);
    const likeBefore = distribution("level", { against: "previous" });
    const served = skew("level", { against: { version: "levels" } });
    const sampled = await surroundingsOf(repository, [likeBefore, served], digest, undefined);
    expect(sampled.previous?.rowCount).toBe(sampledRows);
    expect(sampled.tables?.["levels"]?.rowCount).toBe(sampledRows);
    expect(likeBefore.judge({ ...sampled, batch: tableOf(rows) })).toMatchObject({ outcome: "pass" });
    expect(served.judge({ ...sampled, batch: tableOf(2 * rows) })).toMatchObject({ outcome: "fail" });
    const needs = { previous: true, tables: { all: { version: "levels", columns: ["level"] } } };
    const own = custom("own", { version: "1", columns: ["level"], needs }, () => ({ pass: true, reason: "" }));
    const whole = await surroundingsOf(repository, [likeBefore, own], digest, undefined);
    expect(whole.previous?.rowCount).toBe(rows);
    expect(whole.tables?.["all"]?.rowCount).toBe(rows);
  }));
