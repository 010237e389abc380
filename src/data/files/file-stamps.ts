import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { FileEntry } from "../../contracts/file-source.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import type { GraphTables } from "../versions/graph-migration.ts";

/** Digests of files by path, each with the stamp under which it was taken. */
export type FileStamps = ReadonlyMap<string, { readonly stamp: string; readonly digest: Digest }>;

/** What is remembered of the files of a place. */
export async function knownStamps({ sql }: Pick<MetadataStore, "sql">, uri: string): Promise<FileStamps> {
  const row = await sql
    .withTables<GraphTables>()
    .selectFrom("data_file_stamps")
    .select("stamps")
    .where("uri", "=", uri)
    .executeTakeFirst();
  const known = new Map<string, { readonly stamp: string; readonly digest: Digest }>();
  for (const line of (row?.stamps ?? "").split("\n")) {
    const [stamp, digest, path] = line.split(" ", 2).concat(line.split(" ").slice(2).join(" "));
    if (stamp !== undefined && digest !== undefined && path !== undefined && isDigest(digest))
      known.set(path, { stamp, digest });
  }
  return known;
}

/** Remembers the files of a place instead of what was known of it. */
export async function rememberStamps(
  metadata: MetadataStore,
  uri: string,
  files: readonly { readonly entry: FileEntry; readonly digest: Digest }[],
): Promise<void> {
  const lines = files.flatMap(({ entry, digest }) =>
    entry.stamp === undefined ? [] : [`${entry.stamp} ${digest} ${entry.path}`],
  );
  const stamps = lines.join("\n");
  await metadata.write(async (tx) => {
    await tx.lock("data-stamps");
    await tx.sql
      .withTables<GraphTables>()
      .insertInto("data_file_stamps")
      .values({ uri, stamps })
      .onConflict((conflict) => conflict.column("uri").doUpdateSet({ stamps }))
      .execute();
  });
}
