import type { TrimOptions } from "../../contracts/online-store.ts";
import type { RunStatement } from "./online-session.ts";
import type { OnlineSql } from "./online-sql.ts";
import type { PostgresResult } from "./postgres-pool.ts";

/** Runs a statement or more on a connection, in a transaction or not. */
type Run = (work: (run: RunStatement) => Promise<PostgresResult>) => Promise<PostgresResult>;

/** Raises the watermark, unless something newer is there, then forgets what is older, some entities in a transaction. */
export async function trimView(
  write: Run,
  sql: OnlineSql,
  name: Uint8Array,
  beforeMs: number,
  { keepLatest, unlessNewerMs = Number.POSITIVE_INFINITY }: TrimOptions,
): Promise<void> {
  const raised = await write((run) => run(sql.raiseWatermark, [name, beforeMs, unlessNewerMs]));
  if (raised.rows.length === 0) return;
  for (let after: unknown = null; after !== undefined; ) {
    const from: unknown = after;
    const { rows } = await write((run) => run(sql.trimKeys, [name, beforeMs, keepLatest, from]));
    after = rows[0] === undefined ? undefined : Reflect.get(rows[0], "key");
  }
}

/** Forgets all of a view, some thousand events or rows in a transaction: first that it is whole, last that it ever was. */
export async function dropView(read: Run, write: Run, sql: OnlineSql, name: Uint8Array): Promise<void> {
  if ((await read((run) => run(sql.selectView, [name]))).rows.length === 0) return;
  await write((run) => run(sql.raiseWatermark, [name, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]));
  for (const statement of [sql.dropEvents, sql.dropRows]) {
    for (let gone = 1; gone > 0; ) {
      const { rows } = await write((run) => run(statement, [name]));
      gone = rows[0] === undefined ? 0 : Number(Reflect.get(rows[0], "gone"));
    }
  }
  await write((run) => run(sql.dropExtent, [name]));
}
