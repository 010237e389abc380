import { expect, test } from "vitest";
import type { DatasetReader } from "../../src/contracts/dataset-version.ts";
import { seededRandom } from "../../src/core/random.ts";
import { t } from "../../src/features/index.ts";
import { KnownIds } from "../../src/features/push/known-ids.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import type { Table } from "../../src/table/table.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { plainDataset } from "./plain-dataset.ts";

const readings = plainDataset("readings", { id: t.float64, time: t.instant }, { id: "id" });
const rows = (ids: readonly number[]): Table =>
  tableFromRows(
    ids.map((id) => ({ id, time: id })),
    readings.columns,
  );

/** A reader that counts the rows that are read. */
function counting(datasets: DatasetReader, counted: { rows: number }): DatasetReader {
  return {
    head: (name) => datasets.head(name),
    version: (digest) => datasets.version(digest),
    definition: (name) => datasets.definition(name),
    validation: (digest) => datasets.validation(digest),
    async *scan(digest, options) {
      for await (const part of datasets.scan(digest, options)) {
        counted.rows += part.rowCount;
        yield part;
      }
    },
  };
}

test("ids are looked up over all of history, and only appended rows are read again", async () => {
  await withWorkbench(async ({ datasets }) => {
    const counted = { rows: 0 };
    const known = new KnownIds(counting(datasets, counted), "readings", "id");
    const random = seededRandom("known ids");
    const all = new Set<number>();
    const ask = async (): Promise<void> => {
      const asked = new Set(Array.from({ length: 50 }, () => random.int(60_000) - 30_000));
      const expected = [...asked].filter((id) => all.has(id));
      expect([...(await known.among(asked, undefined))].sort()).toEqual(expected.sort());
    };
    await ask();
    const commit = async (count: number): Promise<void> => {
      const ids = Array.from({ length: count }, () => random.int(60_000) - 30_000).filter((id) => !all.has(id));
      for (const id of new Set(ids)) all.add(id);
      await datasets.commit(readings, [rows([...new Set(ids)])]);
    };
    await commit(20_000);
    await ask();
    expect(counted.rows).toBe(all.size);
    for (let i = 0; i < 20; i++) {
      if (i % 7 !== 3) await commit(37);
      await ask();
    }
    expect(counted.rows, "each row once").toBe(all.size);
  });
});

test("a scan from a row on gives exactly the rest", async () => {
  await withWorkbench(async ({ datasets }) => {
    const ids = Array.from({ length: 15_000 }, (_, i) => i);
    await datasets.commit(readings, [rows(ids.slice(0, 7001))]);
    const { digest } = await datasets.commit(readings, [rows(ids.slice(7001))]);
    for (const fromRow of [0, 1, 6999, 7000, 7001, 7002, 14_999, 15_000, 20_000]) {
      const found: number[] = [];
      for await (const part of datasets.scan(digest, { columns: ["id"], fromRow }))
        found.push(...Array.from(part.columns["id"]?.values ?? [], Number));
      expect(found, String(fromRow)).toEqual(ids.slice(fromRow));
    }
  });
});
