import type { BlobRef, BlobStore } from "../../contracts/blob-store.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { Outcome, PredictionBatch, PredictionLog, StoredPredictions } from "../../contracts/prediction-log.ts";
import { isDigest, type Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireArgument, requireMade } from "../../core/known-arguments.ts";
import { requireOutcomes, requirePeriod, requireServingParts } from "../serving-calls.ts";
import type { ServingTables } from "../tables.ts";
import { GroupCommit } from "./group-commit.ts";
import { decodeOutcomes, encodeOutcomes } from "./outcome-segment.ts";
import { decodePredictions, encodePredictions, rowsBetween } from "./prediction-segment.ts";

type SegmentTable = "serving_prediction_segment" | "serving_outcome_segment";

/** What a {@link SqlPredictionLog} works with. */
export interface PredictionLogParts {
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
}

const batchMade = {
  what: "a batch of predictions",
  by: "a router logs it",
  members: {
    model: "text",
    rows: "number",
    ids: "list",
    timeMs: "object",
    certificates: "object",
    role: "list",
    featureNames: "list",
    inputs: "list",
    outputNames: "list",
  },
} as const;

/**
 * The prediction log: packed segments as blobs, indexed in the metadata store by model and time.
 *
 * What a resolved call has stored survives `kill -9`; a segment's digest stands in its index row, so a changed segment
 * is refused when it is read. Outcomes that arrive while others are being stored share the next commit.
 *
 * @example
 * ```ts
 * import { SqlPredictionLog, servingMigrations } from "sluice/serving";
 * import { memoryBlobs } from "sluice/backends/memory";
 * import { sqliteMetadata } from "sluice/backends/sqlite";
 * const metadata = sqliteMetadata({ path: "log.db" });
 * await metadata.migrate([servingMigrations]);
 * const log = new SqlPredictionLog({ metadata, blobs: memoryBlobs() });
 * await log.outcomes("delay", [{ predictionId: "p1", timeMs: 1, values: { late: true } }]);
 * if ((await log.readOutcomes("delay")).get("p1")?.values["late"] !== true) throw new Error("lost");
 * await metadata.close();
 * ```
 */
export class SqlPredictionLog implements PredictionLog {
  readonly #parts: PredictionLogParts;
  readonly #outcomes: GroupCommit<{ readonly model: string; readonly outcomes: readonly Outcome[] }>;

  /** Errors: `argument/invalid` for what it cannot be made of. */
  constructor(parts: PredictionLogParts) {
    requireServingParts("new SqlPredictionLog(parts)", parts, ["metadata", "blobs"]);
    this.#parts = parts;
    this.#outcomes = new GroupCommit((group) => this.#storeOutcomes(group));
  }

  async append(batch: PredictionBatch): Promise<void> {
    requireMade("log.append()", batch, batchMade);
    if (batch.rows === 0) return;
    const ref = await this.#parts.blobs.put(encodePredictions(batch));
    await this.#index("serving_prediction_segment", batch.model, ref, batch.timeMs);
  }

  async outcomes(model: string, outcomes: readonly Outcome[]): Promise<void> {
    requireArgument("log.outcomes()", "model", model, "text");
    requireOutcomes("log.outcomes()", outcomes);
    if (outcomes.length === 0) return;
    encodeOutcomes(model, outcomes.filter(isSuspicious));
    await this.#outcomes.add({ model, outcomes });
  }

  read(model: string, fromMs: number, toMs: number): AsyncIterable<PredictionBatch> {
    requireArgument("log.read()", "model", model, "text");
    requirePeriod("log.read()", { fromMs, toMs });
    return this.#read(model, fromMs, toMs);
  }

  async *#read(model: string, fromMs: number, toMs: number): AsyncIterable<PredictionBatch> {
    const rows = await this.#parts.metadata.sql
      .withTables<ServingTables>()
      .selectFrom("serving_prediction_segment")
      .select("digest")
      .where("model", "=", model)
      .where("to_ms", ">=", Math.max(fromMs, -Number.MAX_VALUE))
      .where("from_ms", "<", Math.min(toMs, Number.MAX_VALUE))
      .orderBy("from_ms")
      .orderBy("sequence")
      .execute();
    for (const { digest } of rows) {
      const batch = rowsBetween(decodePredictions(await this.#parts.blobs.get(digestIn(digest))), fromMs, toMs);
      if (batch.rows > 0) yield batch;
    }
  }

  follow(model: string, fromSegment: number, fromMs: number): AsyncIterable<StoredPredictions> {
    requireArgument("log.follow()", "model", model, "text");
    requireArgument("log.follow()", "fromSegment", fromSegment, "number");
    requirePeriod("log.follow()", { fromMs, toMs: Number.POSITIVE_INFINITY });
    return this.#follow(model, fromSegment, fromMs);
  }

  async *#follow(model: string, fromSegment: number, fromMs: number): AsyncIterable<StoredPredictions> {
    const rows = await this.#parts.metadata.sql
      .withTables<ServingTables>()
      .selectFrom("serving_prediction_segment")
      .select(["digest", "sequence"])
      .where("model", "=", model)
      .where("sequence", ">=", fromSegment)
      .where("to_ms", ">=", Math.max(fromMs, -Number.MAX_VALUE))
      .orderBy("sequence")
      .execute();
    for (const { digest, sequence } of rows)
      yield { segment: sequence, batch: decodePredictions(await this.#parts.blobs.get(digestIn(digest))) };
  }

  async readOutcomes(model: string, untilMs: number = Infinity): Promise<ReadonlyMap<string, Outcome>> {
    requireArgument("log.readOutcomes()", "model", model, "text");
    requirePeriod("log.readOutcomes()", { fromMs: Number.NEGATIVE_INFINITY, toMs: untilMs });
    const rows = await this.#parts.metadata.sql
      .withTables<ServingTables>()
      .selectFrom("serving_outcome_segment")
      .select(["digest", "from_ms"])
      .where("model", "=", model)
      .orderBy("sequence")
      .execute();
    const newest = new Map<string, Outcome>();
    for (const { digest, from_ms } of rows) {
      if (from_ms >= untilMs) continue;
      for (const outcome of decodeOutcomes(await this.#parts.blobs.get(digestIn(digest)))) {
        if (outcome.timeMs < untilMs) newest.set(outcome.predictionId, outcome);
      }
    }
    return newest;
  }

  async #storeOutcomes(
    group: readonly { readonly model: string; readonly outcomes: readonly Outcome[] }[],
  ): Promise<void> {
    const byModel = new Map<string, Outcome[]>();
    for (const { model, outcomes } of group) {
      const own = byModel.get(model) ?? [];
      for (const outcome of outcomes) own.push(outcome);
      byModel.set(model, own);
    }
    for (const [model, outcomes] of byModel) {
      const ref = await this.#parts.blobs.put(encodeOutcomes(model, outcomes));
      const times = Float64Array.from(outcomes, (outcome) => outcome.timeMs);
      await this.#index("serving_outcome_segment", model, ref, times);
    }
  }

  async #index(table: SegmentTable, model: string, ref: BlobRef, timeMs: Float64Array): Promise<void> {
    let from = Infinity;
    let to = -Infinity;
    for (const time of timeMs) {
      if (time < from) from = time;
      if (time > to) to = time;
    }
    await this.#parts.metadata.write(async (tx) => {
      await tx.lock(`${table}/${model}`);
      const sql = tx.sql.withTables<ServingTables>();
      const last = await sql
        .selectFrom(table)
        .select("sequence")
        .where("model", "=", model)
        .orderBy("sequence", "desc")
        .limit(1)
        .executeTakeFirst();
      const sequence = (last?.sequence ?? 0) + 1;
      const { digest, sizeBytes } = ref;
      const row = { model, sequence, digest, size_bytes: sizeBytes, rows: timeMs.length, from_ms: from, to_ms: to };
      await sql.insertInto(table).values(row).execute();
    });
  }
}

/** Outcomes that might be refused are tried alone first, so that they fail their own caller and not the whole group. */
function isSuspicious(outcome: Outcome): boolean {
  if (!Number.isFinite(outcome.timeMs) || !outcome.predictionId.isWellFormed()) return true;
  return Object.entries(outcome.values).some(
    ([name, value]) => !name.isWellFormed() || !Number.isFinite(Number(value)),
  );
}

function digestIn(text: string): Digest {
  if (isDigest(text)) return text;
  throw new SluiceError("serving/log-corrupt", {
    found: `"${text}" in the log's index`,
    expected: "a digest",
    fix: "Restore the workspace's metadata from a backup.",
  });
}
