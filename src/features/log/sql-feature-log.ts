import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { FeatureLog, ServedVectors } from "../../contracts/served-vectors.ts";
import type { FeaturesTables } from "../store/features-migrations.ts";
import { withoutErased } from "./erase-served.ts";
import { ErasedEntities } from "./erased-entities.ts";
import { decodeServed, encodeServed, takeServed } from "./served-segment.ts";

/**
 * A log of served vectors in the metadata store: packed batches, by service hash and time. What a resolved call has stored survives
 * `kill -9`; what is forgotten is gone from the store, with nothing left to collect.
 */
export class SqlFeatureLog implements FeatureLog {
  readonly #metadata: MetadataStore;

  constructor(metadata: MetadataStore) {
    this.#metadata = metadata;
  }

  async append(served: ServedVectors, batch: string): Promise<void> {
    if (served.rows === 0) return;
    const service = served.service.hash;
    const from = served.servedAtMs.reduce((least, ms) => Math.min(least, ms), Number.POSITIVE_INFINITY);
    const to = served.servedAtMs.reduce((most, ms) => Math.max(most, ms), Number.NEGATIVE_INFINITY);
    await this.#metadata.write(async (tx) => {
      await tx.lock("feature-log");
      const sql = tx.sql.withTables<FeaturesTables>();
      const last = await sql
        .selectFrom("feature_log_segment")
        .select("sequence")
        .where("service", "=", service)
        .orderBy("sequence", "desc")
        .limit(1)
        .executeTakeFirst();
      const stored = await sql
        .selectFrom("feature_log_segment")
        .select("batch")
        .where("service", "=", service)
        .where("batch", "=", batch)
        .executeTakeFirst();
      if (stored !== undefined) return;
      // What was buffered while its entity was erased comes too late to be kept.
      const kept = withoutErased(served, await ErasedEntities.of(sql, service));
      const sequence = (last?.sequence ?? 0) + 1;
      const row = { service, sequence, batch, from_ms: from, to_ms: to, rows: kept.rows, segment: encodeServed(kept) };
      await sql.insertInto("feature_log_segment").values(row).execute();
    });
  }

  async *read(
    { hash }: Pick<ServedVectors["service"], "hash">,
    fromMs: number,
    toMs: number,
  ): AsyncIterable<ServedVectors> {
    const sql = this.#metadata.sql.withTables<FeaturesTables>();
    const found = await sql
      .selectFrom("feature_log_segment")
      .select("sequence")
      .where("service", "=", hash)
      .where("to_ms", ">=", Math.max(fromMs, -Number.MAX_VALUE))
      .where("from_ms", "<", Math.min(toMs, Number.MAX_VALUE))
      .orderBy("sequence")
      .execute();
    const erased = await ErasedEntities.of(sql, hash);
    for (const { sequence } of found) {
      const row = await sql
        .selectFrom("feature_log_segment")
        .select("segment")
        .where("service", "=", hash)
        .where("sequence", "=", sequence)
        .executeTakeFirst();
      if (row === undefined) continue; // forgotten meanwhile
      const served = withoutErased(decodeServed(row.segment), erased);
      const kept = takeServed(served, (at) => isWithin(served.servedAtMs[at], fromMs, toMs));
      if (kept.rows > 0) yield kept;
    }
  }

  async forget(beforeMs: number): Promise<number> {
    return await this.#metadata.write(async (tx) => {
      await tx.lock("feature-log");
      const sql = tx.sql.withTables<FeaturesTables>();
      const old = await sql.selectFrom("feature_log_segment").select("rows").where("to_ms", "<", beforeMs).execute();
      if (old.length > 0) await sql.deleteFrom("feature_log_segment").where("to_ms", "<", beforeMs).execute();
      return old.reduce((sum, { rows }) => sum + rows, 0);
    });
  }
}

function isWithin(ms: number | undefined, fromMs: number, toMs: number): boolean {
  return ms !== undefined && ms >= fromMs && ms < toMs;
}
