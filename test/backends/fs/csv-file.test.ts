import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { csvFile } from "../../../src/backends/fs/csv-file.ts";
import { digestOf } from "../../../src/core/digest.ts";
import { dataset } from "../../../src/data/dataset.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";
import { withData } from "../../data/open-data.ts";

const trips = dataset("trips", {
  schema: z.object({ at: z.date(), km: z.number().positive(), from: z.string().optional() }),
  eventTime: "at",
});

async function withFile(content: string | Uint8Array, work: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-csv-"));
  const path = join(folder, "trips.csv");
  await writeFile(path, content);
  try {
    await work(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("a CSV file is ingested; rows that cannot be read or are refused go to quarantine", () =>
  withFile("at,km,from\n2001-01-01,3,x\n2001-01-02,-1,y\n2001-01-03,far,z\n2001-01-04,5\n2001-01-05,6,\n", (path) =>
    withData(async ({ data, ledger }) => {
      const result = await data.ingest(trips, csvFile(path), { onFailure: "quarantine" });
      if (result.outcome !== "committed" || result.quarantine === undefined) return expect.fail(result.summary);
      expect(result.rows).toEqual({ read: 5, accepted: 2, quarantined: 3, blocked: 0 });
      expect(tableToRows(await data.read(result.version.digest))).toEqual([
        { at: Date.UTC(2001, 0, 1), km: 3, from: "x" },
        { at: Date.UTC(2001, 0, 5), km: 6 },
      ]);
      const reasons = tableToRows(await data.read(result.quarantine.digest, { columns: ["__row", "__reason"] }));
      expect(reasons).toEqual([
        { __row: 1, __reason: expect.stringContaining("km: Too small") },
        { __row: 2, __reason: 'km: line 4: "far" is no value of type f64 (unreadable_value)' },
        { __row: 3, __reason: "row: line 5: 2 fields, expected 3 (malformed_row)" },
      ]);
      const tree = await ledger.lineage.upstream(`dataset:${result.version.digest}`);
      expect(tree.children[0]?.node).toBe(`source:${path}#${await csvFile(path).digest()}`);
      expect((await data.ingest(trips, csvFile(path), { onFailure: "quarantine" })).outcome === "committed").toBe(true);
      expect(await data.versions("trips")).toHaveLength(1);
    }),
  ));

test("a missing file, an unclosed quote and a missing column leave nothing behind", () =>
  withFile('at,km\n2001-01-01,3\n2001-01-01,"4\n', (path) =>
    withData(async ({ data, ledger }) => {
      await expect(data.ingest(trips, csvFile(`${path}.none`))).rejects.toThrowError(/io\/failed.*trips\.csv\.none/);
      await expect(data.ingest(trips, csvFile(path))).rejects.toThrowError(/data\/malformed-source.*line 3/);
      await writeFile(path, "at,miles\n2001-01-01,3\n");
      await expect(data.ingest(trips, csvFile(path))).rejects.toThrowError(/data\/missing-column.*"km"/);
      expect(await data.head("trips")).toBeUndefined();
      expect(await ledger.audit.verify()).toMatchObject({ valid: true, events: 0 });
    }),
  ));

test("the digest is that of the file's bytes", () =>
  withFile("at,km\n", async (path) => {
    expect(await csvFile(path).digest()).toBe(digestOf("at,km\n"));
  }));
