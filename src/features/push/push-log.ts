import type { Kysely, Transaction } from "kysely";
import type { MetadataStore, MetadataTransaction } from "../../contracts/metadata-store.ts";
import type { Clock } from "../../core/clock.ts";
import { decodePart } from "../../table/decode-part.ts";
import { encodePart } from "../../table/encode-part.ts";
import type { Table } from "../../table/table.ts";
import { sliceRows } from "../../table/take-rows.ts";
import type { FeaturesTables } from "../store/features-migrations.ts";
import type { PushedRows } from "./push-input.ts";

/** Rows in one record: what is read back and handed on at a time. */
const rowsInRecord = 16_384;

/** Rows that were pushed, in the order of the log. */
export interface PushRecord extends PushedRows {
  /** From 1, without reuse. */
  readonly position: number;
}

/** A record and a view that it is still to be brought to online. */
export interface PendingPush {
  readonly dataset: string;
  readonly position: number;
  readonly view: string;
}

/** What of a dataset waits to become a version. */
export interface Buffered {
  readonly rows: number;
  /** When the oldest of them was pushed, epoch ms; `undefined` where there are none. */
  readonly sinceMs: number | undefined;
}

/**
 * The durable log of rows that were pushed to history: what an awaited push left here survives any crash. A record goes when it is
 * in a version of its dataset and with every view that it was pushed to.
 */
export class PushLog {
  readonly #metadata: MetadataStore;
  readonly #clock: Clock;

  constructor({ metadata, clock }: { readonly metadata: MetadataStore; readonly clock: Clock }) {
    this.#metadata = metadata;
    this.#clock = clock;
  }

  /** Appends rows to the log of a dataset, to be brought to views too. Answers their positions. */
  async append(dataset: string, { table, nulls }: PushedRows, views: readonly string[]): Promise<readonly number[]> {
    if (table.rowCount === 0) return [];
    const records: { readonly rows: Uint8Array; readonly count: number }[] = [];
    for (let from = 0; from < table.rowCount; from += rowsInRecord) {
      const part = sliceRows(table, from, Math.min(from + rowsInRecord, table.rowCount));
      records.push({ rows: encodePart(part), count: part.rowCount });
    }
    return await this.#metadata.write(async (tx) => {
      const sql = await locked(tx);
      const log = await sql
        .selectFrom("feature_push_log")
        .select("next_position")
        .where("dataset", "=", dataset)
        .executeTakeFirst();
      const first = log?.next_position ?? 1;
      const next = first + records.length;
      await sql
        .insertInto("feature_push_log")
        .values({ dataset, next_position: next, folded: 0 })
        .onConflict((conflict) => conflict.column("dataset").doUpdateSet({ next_position: next }))
        .execute();
      const pushed = { dataset, nulls, pushed_at_ms: this.#clock.nowMs() };
      for (const [i, { rows, count }] of records.entries()) {
        const position = first + i;
        await sql
          .insertInto("feature_push")
          .values({ ...pushed, position, row_count: count, rows })
          .execute();
        if (views.length > 0)
          await sql
            .insertInto("feature_push_view")
            .values(views.map((view) => ({ dataset, position, view })))
            .execute();
      }
      return records.map((_, i) => first + i);
    });
  }

  /** The datasets of which something is in the log. */
  async datasets(): Promise<readonly string[]> {
    const rows = await this.#sql.selectFrom("feature_push").select("dataset").distinct().orderBy("dataset").execute();
    return rows.map(({ dataset }) => dataset);
  }

  /** What of a dataset waits to become a version. */
  async buffered(dataset: string): Promise<Buffered> {
    const { fn } = this.#sql;
    const row = await this.#sql
      .selectFrom("feature_push")
      .innerJoin("feature_push_log", "feature_push_log.dataset", "feature_push.dataset")
      .select([fn.sum<number | string>("row_count").as("rows"), fn.min<number>("pushed_at_ms").as("since")])
      .where("feature_push.dataset", "=", dataset)
      .whereRef("feature_push.position", ">", "feature_push_log.folded")
      .executeTakeFirst();
    return { rows: Number(row?.rows ?? 0), sinceMs: row?.since ?? undefined };
  }

  /** The first records of a dataset after a position and not yet folded, up to so many rows, all with nulls of one kind. */
  async after(dataset: string, position: number, maxRows: number): Promise<readonly PushRecord[]> {
    const log = await this.#sql
      .selectFrom("feature_push_log")
      .select("folded")
      .where("dataset", "=", dataset)
      .executeTakeFirst();
    const heads = await this.#sql
      .selectFrom("feature_push")
      .select(["position", "row_count", "nulls"])
      .where("dataset", "=", dataset)
      .where("position", ">", Math.max(position, log?.folded ?? 0))
      .orderBy("position")
      .execute();
    const records: PushRecord[] = [];
    let rows = 0;
    for (const head of heads) {
      if (records.length > 0 && (rows + head.row_count > maxRows || head.nulls !== heads[0]?.nulls)) break;
      const table = await this.read(dataset, head.position);
      if (table === undefined) break;
      records.push({ position: head.position, table, nulls: head.nulls === "single" ? "single" : "exact" });
      rows += head.row_count;
    }
    return records;
  }

  /** The rows of a record, or `undefined` where it is gone. */
  async read(dataset: string, position: number): Promise<Table | undefined> {
    const row = await this.#sql
      .selectFrom("feature_push")
      .select("rows")
      .where("dataset", "=", dataset)
      .where("position", "=", position)
      .executeTakeFirst();
    return row === undefined ? undefined : decodePart(new Uint8Array(row.rows));
  }

  /** Remembers that records up to a position are where they belong in history, and lets go what nothing waits for. */
  async folded(dataset: string, position: number): Promise<void> {
    await this.#metadata.write(async (tx) => {
      const sql = await locked(tx);
      await sql
        .updateTable("feature_push_log")
        .set({ folded: position })
        .where("dataset", "=", dataset)
        .where("folded", "<", position)
        .execute();
      await letGo(sql, dataset);
    });
  }

  /** What is still to be brought to views online, oldest first. */
  async pending(views: readonly string[]): Promise<readonly PendingPush[]> {
    if (views.length === 0) return [];
    return await this.#sql
      .selectFrom("feature_push_view")
      .selectAll()
      .where("view", "in", views)
      .orderBy("dataset")
      .orderBy("position")
      .orderBy("view")
      .execute();
  }

  /** How many records of a dataset wait for a view. */
  async waiting(dataset: string): Promise<number> {
    const row = await this.#sql
      .selectFrom("feature_push_view")
      .select(this.#sql.fn.countAll<number | string>().as("records"))
      .where("dataset", "=", dataset)
      .executeTakeFirst();
    return Number(row?.records ?? 0);
  }

  /** Remembers that records are with views online. */
  async applied(dataset: string, positions: readonly number[], views: readonly string[]): Promise<void> {
    if (positions.length === 0 || views.length === 0) return;
    await this.#metadata.write(async (tx) => {
      const sql = await locked(tx);
      await sql
        .deleteFrom("feature_push_view")
        .where("dataset", "=", dataset)
        .where("position", "in", positions)
        .where("view", "in", views)
        .execute();
      await letGo(sql, dataset);
    });
  }

  /** Nothing is to be brought to a view any more. */
  async forget(view: string): Promise<void> {
    await this.#metadata.write(async (tx) => {
      const sql = await locked(tx);
      const rows = await sql
        .selectFrom("feature_push_view")
        .select("dataset")
        .distinct()
        .where("view", "=", view)
        .execute();
      await sql.deleteFrom("feature_push_view").where("view", "=", view).execute();
      for (const { dataset } of rows) await letGo(sql, dataset);
    });
  }

  get #sql(): Kysely<FeaturesTables> {
    return this.#metadata.sql.withTables<FeaturesTables>();
  }
}

async function locked(tx: MetadataTransaction): Promise<Transaction<FeaturesTables>> {
  await tx.lock("features-push");
  return tx.sql.withTables<FeaturesTables>();
}

/** Deletes the records that are in a version and wait for no view. */
async function letGo(sql: Transaction<FeaturesTables>, dataset: string): Promise<void> {
  const log = await sql
    .selectFrom("feature_push_log")
    .select("folded")
    .where("dataset", "=", dataset)
    .executeTakeFirst();
  await sql
    .deleteFrom("feature_push")
    .where("dataset", "=", dataset)
    .where("position", "<=", log?.folded ?? 0)
    .where("position", "not in", (waiting) =>
      waiting.selectFrom("feature_push_view").select("position").where("dataset", "=", dataset),
    )
    .execute();
}
