import type { BatchMetrics } from "../../contracts/batch-metrics.ts";
import type { MetadataStore, MetadataTransaction } from "../../contracts/metadata-store.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import { storedRecord } from "../../core/stored-json.ts";
import type { DataTables } from "../data-migrations.ts";

/** How many batches back checks look. */
export const historyRead: 1000 = 1000;

/** Metrics to store with the version that a batch becomes. */
export interface MetricsToStore {
  readonly dataset: string;
  readonly version: Digest;
  readonly metrics: Pick<BatchMetrics, "rows" | "columns">;
}

/** Stores a batch's metrics as the newest of its dataset; the caller holds the dataset's lock. */
export async function storeMetrics(
  tx: MetadataTransaction,
  { dataset, version, metrics }: MetricsToStore,
  nowMs: number,
): Promise<void> {
  const sql = tx.sql.withTables<DataTables>();
  const newest = await sql
    .selectFrom("data_metrics")
    .select("position")
    .where("dataset", "=", dataset)
    .orderBy("position", "desc")
    .limit(1)
    .executeTakeFirst();
  const columns = Object.fromEntries(Object.entries(metrics.columns).map(([name, found]) => [name, { ...found }]));
  const row = {
    dataset,
    position: (newest?.position ?? 0) + 1,
    version,
    committed_at_ms: nowMs,
    metrics: canonicalJson({ schema: 1, rows: metrics.rows, columns }),
  };
  await sql.insertInto("data_metrics").values(row).execute();
}

/** The metrics of a dataset's committed batches, oldest first; of the newest `limit` of them. */
export async function readMetrics(
  metadata: MetadataStore,
  dataset: string,
  limit: number = historyRead,
): Promise<readonly BatchMetrics[]> {
  const rows = await metadata.sql
    .withTables<DataTables>()
    .selectFrom("data_metrics")
    .selectAll()
    .where("dataset", "=", dataset)
    .orderBy("position", "desc")
    .limit(limit)
    .execute();
  return rows.toReversed().flatMap((row) => {
    const { rows: count, columns } = storedRecord<Pick<BatchMetrics, "rows" | "columns">>(
      row.metrics,
      { table: "data_metrics", row: `${dataset}, ${row.position}` },
      "rows",
      "columns",
    );
    if (!isDigest(row.version)) return [];
    return [{ dataset, version: row.version, committedAtMs: row.committed_at_ms, rows: count, columns }];
  });
}
