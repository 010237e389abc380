import type { Change, ChangeFeed } from "../contracts/change-feed.ts";
import type { MetadataStore, MetadataTransaction } from "../contracts/metadata-store.ts";
import { canonicalJson, type JsonValue } from "../core/canonical-json.ts";
import type { Clock } from "../core/clock.ts";
import type { LedgerTables } from "./ledger-migrations.ts";
import type { LedgerOptions } from "./sql-audit-log.ts";

const defaultLimit = 1000;

/** A {@link ChangeFeed} in a metadata store: positions have no gaps and become visible in their order. */
export class SqlChangeFeed implements ChangeFeed {
  readonly #metadata: MetadataStore;
  readonly #clock: Clock;

  constructor(options: LedgerOptions) {
    this.#metadata = options.metadata;
    this.#clock = options.clock;
  }

  async publish(tx: MetadataTransaction, kind: string, payload: JsonValue): Promise<void> {
    await tx.lock("changes");
    const sql = tx.sql.withTables<LedgerTables>();
    const last = await sql
      .selectFrom("changes")
      .select("position")
      .orderBy("position", "desc")
      .limit(1)
      .executeTakeFirst();
    const change = {
      position: (last?.position ?? 0) + 1,
      time_ms: this.#clock.nowMs(),
      kind,
      payload: canonicalJson(payload),
    };
    await sql.insertInto("changes").values(change).execute();
  }

  async read(options: { readonly after?: number; readonly limit?: number } = {}): Promise<readonly Change[]> {
    const rows = await this.#metadata.sql
      .withTables<LedgerTables>()
      .selectFrom("changes")
      .selectAll()
      .where("position", ">", options.after ?? 0)
      .orderBy("position")
      .limit(options.limit ?? defaultLimit)
      .execute();
    return rows.map((row) => ({
      schema: 1,
      position: row.position,
      timeMs: row.time_ms,
      kind: row.kind,
      payload: JSON.parse(row.payload) as JsonValue,
    }));
  }
}
