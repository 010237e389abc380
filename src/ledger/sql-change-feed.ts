import type { Kysely } from "kysely";
import type { Change, ChangeFeed } from "../contracts/change-feed.ts";
import type { MetadataStore, MetadataTransaction } from "../contracts/metadata-store.ts";
import { canonicalJson, type JsonValue } from "../core/canonical-json.ts";
import type { Clock } from "../core/clock.ts";
import { storedJson } from "../core/stored-json.ts";
import { compiledWrite } from "./compiled-statement.ts";
import { requireOptions } from "../core/known-options.ts";
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
    await insertChange(tx, this.#clock.nowMs(), kind, canonicalJson(payload));
  }

  async read(options: { readonly after?: number; readonly limit?: number } = {}): Promise<readonly Change[]> {
    requireOptions("changes()", options, { after: "optional", limit: "optional" });
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
      payload: storedJson(row.payload, { table: "changes", row: String(row.position) }),
    }));
  }
}

const insertChange = compiledWrite((sql: Kysely<LedgerTables>, time_ms: number, kind: string, payload: string) =>
  sql.insertInto("changes").values((e) => {
    const last = e.selectFrom("changes").select("position").orderBy("position", "desc").limit(1);
    const position = e(e.fn.coalesce(last, e.lit(0)), "+", e.lit(1));
    return { position, time_ms, kind, payload };
  }),
);
