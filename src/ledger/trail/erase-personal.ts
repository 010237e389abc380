import type { AuditLog } from "../../contracts/audit-log.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";
import { storedJson } from "../../core/stored-json.ts";
import type { LedgerTables } from "../ledger-migrations.ts";
import { personalRows } from "../personal-data.ts";
import { erasedKind, toRanges } from "./index-ranges.ts";

/** What is to be erased, by whom and why. */
export interface EraseOptions {
  readonly actor: string;
  /** Why; no personal data. */
  readonly reason: string;
}

/** The values about persons beside an event, by name; without those that were erased. */
export async function personalOf(
  metadata: MetadataStore,
  index: number,
): Promise<{ readonly [name: string]: JsonValue }> {
  const rows = await personalRows(metadata, index);
  return Object.fromEntries(
    rows.map(({ name, value }): [string, JsonValue] => [
      name,
      storedJson(value, { table: "audit_personal", row: `${index}, ${name}` }),
    ]),
  );
}

/** Erases the values beside some events, and puts that on record; the events, and all proofs, stay as they are. */
export async function erasePersonal(
  { metadata, audit }: { readonly metadata: MetadataStore; readonly audit: AuditLog },
  indices: readonly number[],
  { actor, reason }: EraseOptions,
): Promise<number> {
  const wanted = [...new Set(indices)].sort((a, b) => a - b);
  if (!wanted.every((index) => Number.isSafeInteger(index) && index >= 0))
    throw new SluiceError("argument/invalid", {
      found: `events ${wanted.join(", ")}`,
      expected: "the indices of recorded events",
      fix: "Take them from the records that audit.search() returns.",
    });
  return await metadata.write(async (tx) => {
    await tx.lock("audit");
    const gone: number[] = [];
    for (const index of wanted) {
      const { numDeletedRows } = await tx.sql
        .withTables<LedgerTables>()
        .deleteFrom("audit_personal")
        .where("position", "=", index)
        .executeTakeFirst();
      if (numDeletedRows > 0n) gone.push(index);
    }
    if (gone.length === 0) return 0;
    const ranges = toRanges(gone).map(([from, to]) => [from, to]);
    await audit.append(tx, { kind: erasedKind, subject: "audit", actor, body: { reason, ranges } });
    return gone.length;
  });
}
