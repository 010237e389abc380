import type { MetadataStore, MetadataTransaction } from "../contracts/metadata-store.ts";
import { canonicalJson, type JsonValue } from "../core/canonical-json.ts";
import { type Digest, digestOf } from "../core/digest.ts";
import { randomBytes } from "../core/platform.ts";
import type { LedgerTables } from "./ledger-migrations.ts";

/** A value about a person as it lies beside the log. */
export interface PersonalRow {
  readonly name: string;
  readonly salt: string;
  readonly value: string;
}

/** Gives each value a salt of its own: without it, whoever guesses the value could try the digest. */
export function saltPersonal(personal: { readonly [name: string]: JsonValue }): readonly PersonalRow[] {
  return Object.entries(personal).map(([name, value]) => ({
    name,
    salt: Array.from(randomBytes(16), (byte) => byte.toString(16).padStart(2, "0")).join(""),
    value: canonicalJson(value),
  }));
}

/** What the event holds of a value: SHA-256 of its salt, a line feed and its canonical JSON. */
export function personalDigest({ salt, value }: Pick<PersonalRow, "salt" | "value">): Digest {
  return digestOf(`${salt}\n${value}`);
}

/** Puts the values of an event beside the log. */
export async function storePersonal(
  tx: MetadataTransaction,
  position: number,
  rows: readonly PersonalRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.sql
    .withTables<LedgerTables>()
    .insertInto("audit_personal")
    .values(rows.map((row) => ({ position, ...row })))
    .execute();
}

/** The values beside one event, or beside all of them. */
export async function personalRows(
  metadata: MetadataStore,
  index?: number,
): Promise<readonly LedgerTables["audit_personal"][]> {
  const all = metadata.sql
    .withTables<LedgerTables>()
    .selectFrom("audit_personal")
    .selectAll()
    .orderBy("position")
    .orderBy("name");
  return await (index === undefined ? all : all.where("position", "=", index)).execute();
}
