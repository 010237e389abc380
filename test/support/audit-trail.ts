import { join } from "node:path";
import { type RawBuilder, sql } from "kysely";
import { fileAnchor } from "../../src/backends/fs/file-anchor.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { AuditAnchor } from "../../src/contracts/audit-anchor.ts";
import type { JsonValue } from "../../src/core/canonical-json.ts";
import { type ManualClock, manualClock } from "../../src/core/clock.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import type { Signer, Verifier } from "../../src/contracts/signer.ts";
import { auditHash, auditRecordText, chainStart } from "../../src/ledger/audit-record.ts";
import { ledgerMigrations } from "../../src/ledger/ledger-migrations.ts";
import { SqlAuditLog } from "../../src/ledger/sql-audit-log.ts";
import { AuditTrail } from "../../src/ledger/trail/audit-trail.ts";
import { rowsOf } from "./edit-store.ts";
import { signingIn } from "./signing.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** An audit log with a trail, a file anchor and a clock. */
export interface TrailFixture {
  readonly folder: string;
  readonly path: string;
  readonly metadata: MetadataStore;
  readonly audit: SqlAuditLog;
  readonly trail: AuditTrail;
  readonly anchor: AuditAnchor;
  readonly anchorPath: string;
  readonly clock: ManualClock;
  readonly signer: Signer;
  readonly verifier: Verifier;
  /** Appends so many events, a minute after each other. */
  append(count: number): Promise<void>;
}

/** Opens one in a new folder, or in another store; its anchor is the file, unless others are given. */
export async function openTrail(
  anchors?: (file: AuditAnchor) => readonly AuditAnchor[],
  store?: MetadataStore,
): Promise<TrailFixture> {
  const folder = temporaryFolder();
  const path = join(folder, "metadata.sqlite");
  const anchorPath = join(folder, "elsewhere", "checkpoints.jsonl");
  const metadata = store ?? sqliteMetadata({ path });
  await metadata.migrate([ledgerMigrations]);
  const clock = manualClock(1_700_000_000_000);
  const audit = new SqlAuditLog({ metadata, clock });
  const signing = signingIn(folder);
  const anchor = fileAnchor({ path: anchorPath });
  const trail = new AuditTrail({ metadata, clock, ...signing, anchors: anchors?.(anchor) ?? [anchor] });
  let n = 0;
  return {
    ...{ folder, path, metadata, audit, trail, anchor, anchorPath, clock, ...signing },
    append: async (count) => {
      for (let i = 0; i < count; i++) {
        clock.advance(60_000);
        const body: JsonValue = { n };
        await metadata.write((tx) =>
          audit.append(tx, { kind: "thing.decided", subject: `thing@${n}`, actor: "ada", body }),
        );
        n += 1;
      }
    },
  };
}

/** What an attacker with SQL does who knows the format: changes the events, and makes chain, columns and head fit. */
export async function forgeChain(
  metadata: MetadataStore,
  change: (record: Record<string, JsonValue>, index: number) => Record<string, JsonValue> | undefined,
): Promise<void> {
  const rows = await rowsOf(metadata, sql`select * from audit_events order by position`);
  const statements: RawBuilder<unknown>[] = [sql`delete from audit_events`];
  let [hash, index] = [String(chainStart), 0];
  for (const row of rows) {
    const record = change(JSON.parse(String(row["record"])), Number(row["position"]));
    if (record === undefined) continue;
    const { kind, subject, actor, body = null, timeMs } = record;
    const event = { kind: String(kind), subject: String(subject), actor: String(actor), body };
    const text = auditRecordText(event, index, Number(timeMs));
    hash = auditHash(hash, text);
    statements.push(
      sql`insert into audit_events (position, kind, subject, record, hash) values (${index}, ${event.kind}, ${event.subject}, ${text}, ${hash})`,
    );
    index += 1;
  }
  statements.push(sql`update audit_head set events = ${index}, hash = ${hash}`);
  await metadata.write(async (tx) => {
    for (const statement of statements) await statement.execute(tx.sql);
  });
}
