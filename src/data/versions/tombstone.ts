import type { MetadataStore } from "../../contracts/metadata-store.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { GraphTables } from "./graph-migration.ts";

/** What is left of a version from which rows were erased. */
export interface Tombstone {
  readonly version: Digest;
  /** The version without those rows that took its place. */
  readonly replacement: Digest;
  readonly reason: string;
  readonly timeMs: number;
}

/** The tombstone of a version; `undefined` where nothing was erased from it. */
export async function tombstoneOf(
  { sql }: Pick<MetadataStore, "sql">,
  version: Digest,
): Promise<Tombstone | undefined> {
  const row = await sql
    .withTables<GraphTables>()
    .selectFrom("data_erased")
    .selectAll()
    .where("version", "=", version)
    .executeTakeFirst();
  if (row === undefined || !isDigest(row.replacement)) return undefined;
  return { version, replacement: row.replacement, reason: row.reason, timeMs: row.time_ms };
}

/** The version itself, or where rows were erased from it, the one that took its place; erased from again, the last of them. */
export async function standingVersion(metadata: Pick<MetadataStore, "sql">, version: Digest): Promise<Digest> {
  let standing = version;
  for (let stone = await tombstoneOf(metadata, version); stone !== undefined; ) {
    standing = stone.replacement;
    stone = await tombstoneOf(metadata, standing);
  }
  return standing;
}

/** In words. */
export function tombstoneText({ replacement, reason, timeMs }: Tombstone): string {
  return `rows were erased from it on ${new Date(timeMs).toISOString()} (${reason}); ${replacement} took its place`;
}

/** Throws `data/erased` for a version from which rows were erased. */
export async function requireNotErased(metadata: Pick<MetadataStore, "sql">, version: Digest): Promise<void> {
  const tombstone = await tombstoneOf(metadata, version);
  if (tombstone === undefined) return;
  throw new SluiceError("data/erased", {
    found: `dataset version ${version}: ${tombstoneText(tombstone)}`,
    expected: "a version that still stands",
    fix: `Read ${tombstone.replacement}, which has all its other rows.`,
  });
}
