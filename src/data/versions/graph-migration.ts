import type { Migration, NoTables } from "../../contracts/metadata-store.ts";
import type { Transaction } from "kysely";
import { type Digest, isDigest } from "../../core/digest.ts";
import { encodeCommit } from "./commit.ts";

/** The tables of the commit graph, as types for `withTables`. */
export type GraphTables = {
  data_commit: {
    id: string;
    dataset: string;
    version: string;
    generation: number;
    time_ms: number;
    batch: string | null;
    record: string;
  };
  data_ref: { dataset: string; name: string; commit_id: string };
  data_erased: { version: string; dataset: string; replacement: string; reason: string; time_ms: number };
  data_sweep: { id: number; epoch: number };
  data_doomed: { digest: string; until_ms: number };
  data_file_stamps: { uri: string; stamps: string };
};

/** What the tables were before. */
type LinearTables = {
  data_version: { digest: string; dataset: string; parent: string | null; created_at_ms: number };
  data_head: { dataset: string; digest: string };
  data_batch: { dataset: string; batch: string; version: string };
};

/** Commits, branches and tags: what was one line of versions becomes the branch `main`. */
export const graphMigration: Migration = {
  name: "003-commit-graph",
  up: async (sql, types) => {
    await sql.schema
      .createTable("data_commit")
      .addColumn("id", types.text, (column) => column.primaryKey())
      .addColumn("dataset", types.text, (column) => column.notNull())
      .addColumn("version", types.text, (column) => column.notNull())
      .addColumn("generation", types.integer, (column) => column.notNull())
      .addColumn("time_ms", types.double, (column) => column.notNull())
      .addColumn("batch", types.text)
      .addColumn("record", types.text, (column) => column.notNull())
      .execute();
    await sql.schema.createIndex("data_commit_version").on("data_commit").columns(["version"]).execute();
    await sql.schema
      .createTable("data_ref")
      .addColumn("dataset", types.text, (column) => column.notNull())
      .addColumn("name", types.text, (column) => column.notNull())
      .addColumn("commit_id", types.text, (column) => column.notNull())
      .addPrimaryKeyConstraint("data_ref_key", ["dataset", "name"])
      .execute();
    await sql.schema
      .createTable("data_erased")
      .addColumn("version", types.text, (column) => column.primaryKey())
      .addColumn("dataset", types.text, (column) => column.notNull())
      .addColumn("replacement", types.text, (column) => column.notNull())
      .addColumn("reason", types.text, (column) => column.notNull())
      .addColumn("time_ms", types.double, (column) => column.notNull())
      .execute();
    await sql.schema
      .createTable("data_sweep")
      .addColumn("id", types.integer, (column) => column.primaryKey())
      .addColumn("epoch", types.integer, (column) => column.notNull())
      .execute();
    await sql.schema
      .createTable("data_doomed")
      .addColumn("digest", types.text, (column) => column.primaryKey())
      .addColumn("until_ms", types.double, (column) => column.notNull())
      .execute();
    await sql.schema
      .createTable("data_file_stamps")
      .addColumn("uri", types.text, (column) => column.primaryKey())
      .addColumn("stamps", types.text, (column) => column.notNull())
      .execute();
    await commitLine(sql);
    await sql.schema.dropTable("data_head").execute();
  },
};

/** Makes a commit of every version below a head. */
async function commitLine(transaction: Transaction<NoTables>): Promise<void> {
  const sql = transaction.withTables<LinearTables & GraphTables>();
  await sql.insertInto("data_sweep").values({ id: 1, epoch: 0 }).execute();
  const versions = new Map(
    (await sql.selectFrom("data_version").selectAll().execute()).map((row) => [row.digest, row]),
  );
  const batches = new Map((await sql.selectFrom("data_batch").selectAll().execute()).map((row) => [row.version, row]));
  for (const head of await sql.selectFrom("data_head").selectAll().execute()) {
    const line: LinearTables["data_version"][] = [];
    for (let at = versions.get(head.digest); at !== undefined; at = versions.get(at.parent ?? "")) line.unshift(at);
    let parent: Digest | undefined;
    for (const [generation, { digest: version, dataset, created_at_ms: timeMs }] of line.entries()) {
      if (!isDigest(version)) continue;
      const key = batches.get(version)?.batch;
      const batch = key !== undefined && isDigest(key) ? key : null;
      const { id, record } = encodeCommit({
        dataset,
        version,
        parents: parent === undefined ? [] : [parent],
        author: "system",
        timeMs,
        message: "",
        change: "append",
        checks: [],
        batch,
        reverts: null,
        meta: {},
      });
      const row = { id, dataset, version, generation, time_ms: timeMs, batch, record };
      await sql.insertInto("data_commit").values(row).execute();
      parent = id;
    }
    if (parent === undefined) continue;
    await sql.insertInto("data_ref").values({ dataset: head.dataset, name: "heads/main", commit_id: parent }).execute();
  }
}
