import type { AuditCheckpoint } from "../../contracts/audit-checkpoint.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { jsonOf } from "../../core/json-of.ts";
import type { LedgerTables } from "../ledger-migrations.ts";

/** A checkpoint as it is stored: anything, until it is verified. */
export type CheckpointRow = LedgerTables["audit_checkpoints"];

/** Every stored checkpoint, oldest first. */
export async function checkpointRows(metadata: MetadataStore): Promise<readonly CheckpointRow[]> {
  return await metadata.sql
    .withTables<LedgerTables>()
    .selectFrom("audit_checkpoints")
    .selectAll()
    .orderBy("size")
    .execute();
}

/** The newest stored checkpoint of at least `size` events. */
export async function newestRow(metadata: MetadataStore, size: number = 0): Promise<CheckpointRow | undefined> {
  return await metadata.sql
    .withTables<LedgerTables>()
    .selectFrom("audit_checkpoints")
    .selectAll()
    .where("size", ">=", size)
    .orderBy("size", "desc")
    .limit(1)
    .executeTakeFirst();
}

/** A row as the text of a checkpoint: what a reader verifies. */
export function rowText(row: CheckpointRow): string {
  return `{"body":${row.body},"digest":${JSON.stringify(row.digest)},"keyId":${JSON.stringify(row.key_id)},"signature":${JSON.stringify(row.signature)}}`;
}

/** Stores a checkpoint and the tiles that were computed for it; one of the same size by another process stays. */
export async function storeCheckpoint(
  metadata: MetadataStore,
  checkpoint: AuditCheckpoint,
  tiles: ReadonlyMap<number, string>,
): Promise<void> {
  const { digest, body, keyId, signature } = checkpoint;
  const row = { size: body.size, digest, body: canonicalJson(jsonOf(body)), key_id: keyId, signature };
  await metadata.write(async (tx) => {
    const sql = tx.sql.withTables<LedgerTables>();
    await sql
      .insertInto("audit_checkpoints")
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    for (const [tile, hash] of tiles)
      await sql
        .insertInto("audit_tiles")
        .values({ tile, hash })
        .onConflict((conflict) => conflict.column("tile").doUpdateSet({ hash }))
        .execute();
  });
}

/** The sizes of the checkpoints that an anchor has taken. */
export async function anchoredSizes(metadata: MetadataStore, anchor: string): Promise<ReadonlySet<number>> {
  const rows = await metadata.sql
    .withTables<LedgerTables>()
    .selectFrom("audit_anchored")
    .select("size")
    .where("anchor", "=", anchor)
    .execute();
  return new Set(rows.map(({ size }) => size));
}

/** Remembers that an anchor has taken a checkpoint. */
export async function markAnchored(metadata: MetadataStore, anchor: string, size: number): Promise<void> {
  await metadata.write(async (tx) => {
    await tx.sql
      .withTables<LedgerTables>()
      .insertInto("audit_anchored")
      .values({ anchor, size })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
}
