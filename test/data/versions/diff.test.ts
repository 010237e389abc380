import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { dataset } from "../../../src/data/dataset.ts";
import { rowsSource } from "../../../src/data/sources/rows-source.ts";
import { onEachEngine } from "../on-each-engine.ts";
import { rowDifference } from "../../../src/data/versions/row-difference.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import { keyed, plain, readings, tableOf } from "./sample-dataset.ts";

const cell = fc.constantFrom<number | null>(null, 0, -0, Number.NaN, 1);

onEachEngine((withData) => {
  test("rows are matched by the key: added, removed and changed ones with the columns that differ", () =>
    withData(async ({ data }) => {
      const before = await data.commit(keyed, [tableOf(readings(1, 6))]);
      const after = readings(1, 6)
        .filter(({ id }) => id !== 2)
        .map((row) => (row.id === 4 ? { ...row, value: null } : row));
      await data.commit(keyed, [tableOf([...after, ...readings(50, 2)])], { parent: null });
      const diff = await data.diff(before.digest, "keyed");
      expect(diff.rows).toEqual({ before: 6, after: 7, added: 2, removed: 1, changed: 1 });
      expect(diff.by).toBe("id");
      expect(diff.examples.removed).toEqual([{ id: 2, at: 2000, place: "P2", value: 2 }]);
      expect(diff.examples.changed).toMatchObject([
        { key: 4, columns: ["value"], before: { value: 4 }, after: { value: null } },
      ]);
      expect(diff.metrics.find(({ column }) => column === "value")).toEqual({
        column: "value",
        nulls: 1,
        meanRemoved: 3,
        meanAdded: 50.5,
      });
      expect(diff.schema).toEqual([]);
      const whole = await data.diff(before.digest, "keyed", { by: null, examples: 1 });
      expect(whole.rows).toMatchObject({ added: 3, removed: 2, changed: 0 });
      expect(whole.examples.added).toHaveLength(1);
      await expect(data.diff(before.digest, "keyed", { by: "nope" })).rejects.toMatchObject({
        code: "data/missing-column",
      });
    }));

  test("two datasets are compared by their common columns; what came, went or has another type is told", () =>
    withData(async ({ data }) => {
      const a = await data.commit(keyed, [tableOf(readings(1, 3))]);
      const b = await data.commit(plain, [tableOf(readings(2, 3))]);
      expect((await data.diff(a.digest, b.digest)).rows).toMatchObject({ added: 1, removed: 1 });
      expect((await data.diff(a.digest, a.digest)).rows).toMatchObject({ added: 0, removed: 0, changed: 0 });
    }));

  test("JSON is compared by its text; it has no mean", () =>
    withData(async ({ data }) => {
      const schema = z.object({ at: z.date(), tags: z.object({ n: z.number() }) });
      const tagged = dataset("tagged", { schema, eventTime: "at" });
      const rows = (ns: readonly number[]) => rowsSource(ns.map((n, i) => ({ at: new Date(i), tags: { n } })));
      await data.ingest(tagged, rows([1, 2, 3]));
      await data.ingest(tagged, rows([1, 7, 8]), { mode: "replace" });
      const { rows: counts, metrics } = await data.diff("tagged@main~1", "tagged");
      expect(counts).toMatchObject({ added: 2, removed: 2 });
      expect(metrics.find(({ column }) => column === "tags")).toEqual({
        column: "tags",
        nulls: 0,
        meanRemoved: undefined,
        meanAdded: undefined,
      });
    }));

  test("null, NaN, 0 and −0 are four values; rows are compared as multisets", () => {
    const columns = { value: { tag: "f64", nullable: true } } as const;
    const table = (cells: readonly (number | null)[]) =>
      tableFromRows(
        cells.map((value) => ({ value })),
        columns,
      );
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 12 }), fc.array(cell, { maxLength: 12 }), (a, b) => {
        const { added, removed } = rowDifference(table(a), table(b), ["value"]);
        for (const value of [null, 0, -0, Number.NaN, 1]) {
          const count = (cells: readonly (number | null)[]): number => cells.filter((c) => Object.is(c, value)).length;
          const at = (rows: readonly number[]): number =>
            rows.filter((row) => Object.is([...a, ...b][row], value)).length;
          expect(at(added)).toBe(Math.max(0, count(b) - count(a)));
          expect(at(removed)).toBe(Math.max(0, count(a) - count(b)));
        }
      }),
      { seed: 7 },
    );
  });
});
