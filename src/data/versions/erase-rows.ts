import type { ServedRecords } from "../../contracts/served-records.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { WorkOptions } from "../../core/progress.ts";
import type { Table } from "../../table/table.ts";
import type { DataTables } from "../data-migrations.ts";
import { quarantineSuffix } from "../ingest/quarantine.ts";
import { headMoved } from "./version-errors.ts";
import { markAll, sweep } from "./collect-garbage.ts";
import { CommitGraph, type PlacedCommit } from "./commit-graph.ts";
import { acquit, awaitAcquittal, refsText } from "./condemn-blobs.ts";
import { countErasure } from "./erasure-counts.ts";
import { replaceHistory } from "./replace-history.ts";
import { VersionRewriter } from "./rewrite-versions.ts";
import { type RowMatch, rowsMatching } from "./rows-matching.ts";
import { blobsStand, condemned, noneCondemned, sweepEpoch, sweepLock } from "./sweep-guard.ts";
import type { DatasetVersionsWiring } from "./versions-wiring.ts";

/**
 * Which rows are erased, why and by whom.
 *
 * @example
 * ```ts
 * import { dataset, openWorkspace, rowsSource } from "sluice";
 * import { z } from "zod";
 * const stops = dataset("stops", { schema: z.object({ id: z.number(), at: z.date(), late: z.number() }), eventTime: "at", id: "id" });
 * const row = (id: number, late = 0) => ({ id, at: new Date(1000 * id), late });
 * const ws = await openWorkspace(".sluice");
 * await ws.data.ingest(stops, rowsSource([row(1), row(2), row(3)]));
 * const { rows } = await ws.data.erase("stops", { where: { id: [1, 2] }, reason: "request 2026-17", actor: "ada" });
 * if (rows !== 2 || (await ws.data.read("stops")).rowCount !== 1) throw new Error("row 3 stays");
 * await ws.close();
 * ```
 */
export interface EraseOptions extends WorkOptions {
  /** The rows: in every named column one of the values. */
  readonly where: RowMatch;
  /** Why, for the audit log and for whoever reads the old version: no personal data. */
  readonly reason: string;
  readonly actor: string;
}

/** What an erasure did. */
export interface EraseResult {
  /** How many different rows were erased, with those that were pushed and are in no version yet. */
  readonly rows: number;
  /** The versions that were replaced, and by what. */
  readonly versions: ReadonlyMap<Digest, Digest>;
  /** Blobs that were purged. */
  readonly purged: number;
  /** Rows in the log of served feature vectors that were erased: of the entities that the erased rows were about. */
  readonly served: number;
}

const attempts = 10;

/** Of what is in quarantine, nothing was served. */
const nothingServed: ServedRecords = { begin: async () => ({ finish: async () => 0 }) };

/** Erases rows from a dataset and from its quarantine; see `DatasetVersions.erase`. */
export async function eraseRows(
  wiring: DatasetVersionsWiring,
  dataset: string,
  options: EraseOptions,
): Promise<EraseResult> {
  if (wiring.roots === undefined) await markAll(wiring, options);
  if (Object.keys(options.where).length === 0 || options.reason === "") {
    throw new SluiceError("argument/invalid", {
      found: "an erasure without a column to go by, or without a reason",
      expected: "where, with at least one column, and a reason",
      fix: 'Pass for example { where: { customer: 17 }, reason: "request 2026-17", actor: "ada" }.',
    });
  }
  const { where, reason, actor } = options;
  // First what waits to be in a version: what a flush has made one of by now is found among the versions.
  const match = (table: Table): ReadonlySet<number> => rowsMatching(table, where);
  const waiting = (await wiring.waiting?.erase(dataset, { match, reason, actor })) ?? 0;
  // Who has taken them from there, and has not published them by now, does not any more.
  await wiring.metadata.write(async (tx) => {
    await tx.lock(sweepLock);
    await countErasure(tx, dataset);
  });
  const erased = await eraseIn(wiring, dataset, options);
  const main = { ...erased, rows: erased.rows + waiting };
  const quarantine = `${dataset}${quarantineSuffix}`;
  const apart =
    (await wiring.repository.tip(quarantine)) &&
    (await eraseIn({ ...wiring, served: nothingServed }, quarantine, options));
  if (apart === undefined) return main;
  const versions = new Map([...main.versions, ...apart.versions]);
  return { rows: main.rows + apart.rows, versions, purged: main.purged + apart.purged, served: main.served };
}

async function eraseIn(wiring: DatasetVersionsWiring, dataset: string, options: EraseOptions): Promise<EraseResult> {
  const { repository, metadata, blobs } = wiring;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const refs = await repository.graph.refs(dataset);
    const commits: PlacedCommit[] = [];
    for await (const commit of repository.graph.history(refs.map(({ commit }) => commit))) commits.unshift(commit);
    const rewriter = await lookedThrough(wiring, dataset, commits, options);
    const { where, reason, actor } = options;
    const begun = await wiring.served?.begin(dataset, { rows: rewriter.found, where, reason, actor });
    await rewriter.rewrite();
    const versions = new Map([...rewriter.rewritten].map(([old, { digest }]) => [old, digest] as const));
    if (rewriter.unneeded.size === 0) {
      const served = (await begun?.finish()) ?? 0;
      return { rows: 0, versions, purged: await purge(wiring, [], options), served };
    }
    const { needed, unneeded } = rewriter;
    const { stand, epoch } = await blobsStand(metadata, blobs, needed);
    if (!stand) await awaitAcquittal(wiring, needed);
    const replaced =
      stand &&
      (await metadata.write(async (tx) => {
        await tx.lock(sweepLock);
        await tx.lock(`data:${dataset}`);
        const moved = refsText(await new CommitGraph(tx).refs(dataset)) !== refsText(refs);
        if (moved || (await sweepEpoch(tx.sql)) !== epoch || !(await noneCondemned(tx, () => needed))) return false;
        await replaceHistory(tx, wiring, dataset, { refs, commits, rewriter, versions, unneeded }, options);
        return true;
      }));
    if (!replaced) continue;
    const served = (await begun?.finish()) ?? 0;
    return { rows: rewriter.rows, versions, purged: await purge(wiring, unneeded, options), served };
  }
  throw headMoved(dataset);
}

/**
 * Looks through the versions that refs lead to, and then through all others of the dataset that the store still has: runs and models may name
 * them, and until garbage is collected their rows are on the disk.
 */
async function lookedThrough(
  wiring: DatasetVersionsWiring,
  dataset: string,
  commits: readonly PlacedCommit[],
  { where, signal, onProgress }: EraseOptions,
): Promise<VersionRewriter> {
  const rewriter = new VersionRewriter(wiring, where, signal);
  const others = await wiring.metadata.sql
    .withTables<DataTables>()
    .selectFrom("data_version")
    .select("digest")
    .where("dataset", "=", dataset)
    .execute();
  const total = commits.length + others.length;
  const reading = (done: number) => onProgress?.({ stage: `reading ${dataset}`, done, total, unit: "versions" });
  for (const [i, { version }] of commits.entries()) {
    await rewriter.look(version);
    reading(i + 1);
  }
  for (const [i, { digest }] of others.entries()) {
    if (isDigest(digest)) await rewriter.lookAside(digest);
    reading(commits.length + i + 1);
  }
  if (rewriter.broken.size === 0) return rewriter;
  const { marked } = await markAll(wiring, {});
  for (const { manifest, reason } of rewriter.broken.values()) {
    if (marked.has(manifest.blob)) throw reason;
    rewriter.giveUp(manifest);
  }
  return rewriter;
}

/**
 * Deletes what is condemned and needed by nothing else: of this erasure, and of one that died before it came to it. What a run names of the
 * old versions is a tombstone now, which needs nothing. What other datasets need is acquitted.
 */
async function purge(wiring: DatasetVersionsWiring, unneeded: Iterable<Digest>, options: WorkOptions): Promise<number> {
  const own = new Set(unneeded);
  if (own.size === 0 && (await condemned(wiring.metadata.sql)).size === 0) return 0;
  const { marked, refs } = await markAll(wiring, {});
  const removed = await sweep(wiring, [...own], marked, refs, options);
  for (const digest of removed) own.delete(digest);
  if (own.size > 0) await acquit(wiring.metadata, [...own]);
  return removed.length;
}
