import type { MetadataStore, MetadataTransaction } from "../../contracts/metadata-store.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { type DatasetCommit, decodeCommit } from "./commit.ts";
import type { GraphTables } from "./graph-migration.ts";
import type { RefName } from "./ref-name.ts";

/** A commit with its distance from the first: a parent's is always smaller. */
export interface PlacedCommit extends DatasetCommit {
  readonly generation: number;
}

const idsPerQuery = 500;

/**
 * Reads the commits and refs of datasets.
 *
 * @example
 * ```ts
 * import { sqliteMetadata } from "sluice/backends/sqlite";
 * import { CommitGraph, dataMigrations } from "sluice/data";
 * import { ledgerMigrations } from "sluice/ledger";
 * const metadata = sqliteMetadata({ path: "metadata.sqlite" });
 * await metadata.migrate([ledgerMigrations, dataMigrations]);
 * const graph = new CommitGraph(metadata);
 * if ((await graph.tip("stops", "heads/main")) !== undefined) throw new Error("nothing was committed yet");
 * await metadata.close();
 * ```
 */
export class CommitGraph {
  readonly #sql: MetadataStore["sql"];

  constructor(where: Pick<MetadataStore, "sql"> | MetadataTransaction) {
    this.#sql = where.sql;
  }

  /** The commit that a ref names; `undefined` where there is no such ref. Errors: `data/version-not-found` where it names none. */
  async tip(dataset: string, ref: RefName): Promise<PlacedCommit | undefined> {
    const row = await this.#tables()
      .selectFrom("data_ref")
      .select("commit_id")
      .where("dataset", "=", dataset)
      .where("name", "=", ref)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const [commit] = await this.commits([row.commit_id]);
    if (commit !== undefined && commit.dataset === dataset) return commit;
    throw new SluiceError("data/version-not-found", {
      found: `${JSON.stringify(row.commit_id)} as the newest version of dataset "${dataset}" (${ref})`,
      expected: "a commit of that dataset",
      fix: "The metadata was edited: compare with the audit events of the dataset, or restore a backup.",
    });
  }

  /** The commits of some ids, in no order; unknown ids are left out. */
  async commits(ids: readonly string[]): Promise<readonly PlacedCommit[]> {
    const found: PlacedCommit[] = [];
    for (let start = 0; start < ids.length; start += idsPerQuery) {
      const rows = await this.#tables()
        .selectFrom("data_commit")
        .selectAll()
        .where("id", "in", ids.slice(start, start + idsPerQuery))
        .execute();
      for (const row of rows) found.push(placed(row));
    }
    return found;
  }

  /** The newest commit that led to a version. */
  async commitOf(version: Digest): Promise<PlacedCommit | undefined> {
    const row = await this.#tables()
      .selectFrom("data_commit")
      .selectAll()
      .where("version", "=", version)
      .orderBy("time_ms", "desc")
      .orderBy("generation", "desc")
      .limit(1)
      .executeTakeFirst();
    return row && placed(row);
  }

  /** The refs of a dataset, or of all, sorted by dataset and name. */
  async refs(
    dataset?: string,
  ): Promise<readonly { readonly dataset: string; readonly name: string; readonly commit: Digest }[]> {
    let query = this.#tables().selectFrom("data_ref").selectAll();
    if (dataset !== undefined) query = query.where("dataset", "=", dataset);
    const rows = await query.orderBy("dataset").orderBy("name").execute();
    return rows.flatMap(({ commit_id: commit, ...row }) => (isDigest(commit) ? [{ ...row, commit }] : []));
  }

  /** Whether a version is one of the dataset's, also where no commit leads to it. */
  async hasVersion(dataset: string, version: Digest): Promise<boolean> {
    const row = await this.#tables()
      .selectFrom("data_version")
      .select("digest")
      .where("dataset", "=", dataset)
      .where("digest", "=", version)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** A commit and everything it was made from, each once, a commit always before its parents. `follow` says which parents to go to. */
  async *history(
    from: readonly Digest[],
    follow: (commit: PlacedCommit) => readonly Digest[] = ({ parents }) => parents,
  ): AsyncGenerator<PlacedCommit> {
    const waiting = new Map<Digest, PlacedCommit>();
    const known = new Set<Digest>();
    const add = async (ids: readonly Digest[]): Promise<void> => {
      const fresh = ids.filter((id) => !known.has(id));
      for (const id of fresh) known.add(id);
      if (fresh.length > 0) for (const commit of await this.commits(fresh)) waiting.set(commit.id, commit);
    };
    await add(from);
    while (waiting.size > 0) {
      let next: PlacedCommit | undefined;
      for (const commit of waiting.values()) if (next === undefined || isBefore(commit, next)) next = commit;
      if (next === undefined) return;
      waiting.delete(next.id);
      yield next;
      await add(follow(next));
    }
  }

  #tables() {
    return this.#sql.withTables<GraphTables & { data_version: { dataset: string; digest: string } }>();
  }
}

/** Larger generations first; among equals the younger, then by name, so that the order is one. */
function isBefore(a: PlacedCommit, b: PlacedCommit): boolean {
  if (a.generation !== b.generation) return a.generation > b.generation;
  if (a.timeMs !== b.timeMs) return a.timeMs > b.timeMs;
  return a.id < b.id;
}

function placed(row: GraphTables["data_commit"]): PlacedCommit {
  if (!isDigest(row.id)) {
    throw new SluiceError("data/version-not-found", {
      found: `the commit id ${JSON.stringify(row.id)}`,
      expected: "a digest",
      fix: "The metadata was edited: restore a backup.",
    });
  }
  return { ...decodeCommit(row.id, row.record), generation: row.generation };
}
