import type { Kysely, Transaction } from "kysely";
import type { MetadataStore, MetadataTransaction } from "../../contracts/metadata-store.ts";
import type { Clock } from "../../core/clock.ts";
import { SluiceError } from "../../core/errors.ts";
import { decodePart } from "../../table/decode-part.ts";
import { encodePart } from "../../table/encode-part.ts";
import { requireCount } from "../../stats/require-argument.ts";
import type { Table } from "../../table/table.ts";
import { sliceRows } from "../../table/take-rows.ts";
import type { FeaturesTables } from "../store/features-migrations.ts";
import type { PushedRows } from "./push-input.ts";

/** Rows in one record: what is read back and handed on at a time. */
const rowsInRecord = 16_384;

/** The most rows of one dataset that wait in the log, where the host does not say: a backlog is a fault to be seen, not to grow for ever. */
export const mostRowsWaiting = 5_000_000;

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
  readonly #mostRows: number;

  /** `pushLogRows`: the most rows of one dataset that may wait. @default see {@link mostRowsWaiting} */
  constructor(options: { readonly metadata: MetadataStore; readonly clock: Clock; readonly pushLogRows?: number }) {
    this.#metadata = options.metadata;
    this.#clock = options.clock;
    this.#mostRows = requireCount("pushLogRows", options.pushLogRows ?? mostRowsWaiting, 1);
  }

  /** Appends rows to the log of a dataset, to be brought to views too. Answers their positions. Errors: `features/log-full`. */
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
        .select(["next_position", "rows_waiting"])
        .where("dataset", "=", dataset)
        .executeTakeFirst();
      const rows_waiting = (log?.rows_waiting ?? 0) + table.rowCount;
      if (rows_waiting > this.#mostRows) throw logFull(dataset, log?.rows_waiting ?? 0, this.#mostRows);
      const first = log?.next_position ?? 1;
      const next = first + records.length;
      await sql
        .insertInto("feature_push_log")
        .values({ dataset, next_position: next, folded: 0, rows_waiting })
        .onConflict((conflict) => conflict.column("dataset").doUpdateSet({ next_position: next, rows_waiting }))
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
    const log = await this.#sql
      .selectFrom("feature_push_log")
      .selectAll()
      .where("dataset", "=", dataset)
      .executeTakeFirst();
    const oldest = await this.#sql
      .selectFrom("feature_push")
      .select("pushed_at_ms")
      .where("dataset", "=", dataset)
      .where("position", ">", log?.folded ?? 0)
      .orderBy("position")
      .limit(1)
      .executeTakeFirst();
    return { rows: oldest === undefined ? 0 : (log?.rows_waiting ?? 0), sinceMs: oldest?.pushed_at_ms };
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
      .limit(Math.max(1, maxRows)) // each has a row at least
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
      const log = await sql
        .selectFrom("feature_push_log")
        .selectAll()
        .where("dataset", "=", dataset)
        .executeTakeFirst();
      if (log === undefined || log.folded >= position) return;
      const done = await sql
        .selectFrom("feature_push")
        .select(sql.fn.sum<number | string>("row_count").as("rows"))
        .where("dataset", "=", dataset)
        .where("position", ">", log.folded)
        .where("position", "<=", position)
        .executeTakeFirst();
      await sql
        .updateTable("feature_push_log")
        .set({ folded: position, rows_waiting: log.rows_waiting - Number(done?.rows ?? 0) })
        .where("dataset", "=", dataset)
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

function logFull(dataset: string, waiting: number, most: number): SluiceError {
  return new SluiceError("features/log-full", {
    found: `${waiting} rows of dataset "${dataset}" that wait in the push log`,
    expected: `at most ${most} with those that were pushed now`,
    fix: "Call flush() or tick() in a process that knows the dataset, more often; then push again: nothing of this push was kept.",
  });
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
