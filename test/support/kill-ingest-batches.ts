import { z } from "zod";
import { seededRandom } from "../../src/core/random.ts";
import { completeness } from "../../src/data/checks/completeness.ts";
import { dataset } from "../../src/data/dataset.ts";
import type { DataStage } from "../../src/data/data-stage.ts";
import { tableSource } from "../../src/data/sources/table-source.ts";
import { makeTable, type Table } from "../../src/table/table.ts";

/** Batches that each make several parts and send some rows to quarantine. */
export const batchCount = 3;

const readings = dataset("readings", {
  schema: z.object({ at: z.date(), value: z.number().min(-0.999) }),
  eventTime: "at",
  checks: [completeness("value", { atLeast: 0.5 })],
});

function batch(index: number): Table {
  const random = seededRandom(`batch ${index}`);
  const rows = 150_000;
  return makeTable({
    at: { tag: "instant", values: Float64Array.from({ length: rows }, (_, i) => 1000 * (index * rows + i)) },
    value: { tag: "f64", values: Float64Array.from({ length: rows }, () => random.next() * 2 - 1) },
  });
}

/** Ingests all batches in order; tells of each version as soon as it is committed. */
export async function ingestBatches(data: DataStage, committed: (digest: string) => void): Promise<void> {
  for (let i = 0; i < batchCount; i++) {
    const result = await data.ingest(readings, tableSource(batch(i)), { onFailure: "quarantine" });
    if (result.outcome !== "committed") throw new Error(result.summary);
    committed(result.version.digest);
  }
}
