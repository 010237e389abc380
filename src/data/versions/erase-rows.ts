import type { MetadataTransaction } from "../../contracts/metadata-store.ts";
import { canonicalJson } from "../../core/canonical-json.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { blobsOf } from "../blobs-of.ts";
import type { DataTables } from "../data-migrations.ts";
import { quarantineSuffix } from "../quarantine.ts";
import { headMoved } from "../version-errors.ts";
import { markAll, sweep } from "./collect-garbage.ts";
import { encodeCommit } from "./commit.ts";
import { CommitGraph, type PlacedCommit } from "./commit-graph.ts";
import { refsText } from "./condemn-blobs.ts";
import { setRef } from "./move-branch.ts";
import type { RefName } from "./ref-name.ts";
import { VersionRewriter } from "./rewrite-versions.ts";
import type { RowMatch } from "./rows-matching.ts";
import { blobsStand, noneCondemned, sweepEpoch, sweepLock } from "./sweep-guard.ts";
import type { DatasetVersionsWiring } from "./versions-wiring.ts";

/** Which rows are erased, why and by whom. */
export interface EraseOptions extends WorkOptions {
  /** The rows: in every named column one of the values. */
  readonly where: RowMatch;
  /** Why, for the audit log and for whoever reads the old version: no personal data. */
  readonly reason: string;
  readonly actor: string;
}

/** What an erasure did. */
export interface EraseResult {
  /** How many different rows were erased. */
  readonly rows: number;
  /** The versions that were replaced, and by what. */
  readonly versions: ReadonlyMap<Digest, Digest>;
  /** Blobs that were purged. */
  readonly purged: number;
}

const attempts = 10;

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
  const main = await eraseIn(wiring, dataset, options);
  const quarantine = `${dataset}${quarantineSuffix}`;
  const apart = (await wiring.repository.tip(quarantine)) && (await eraseIn(wiring, quarantine, options));
  if (apart === undefined) return main;
  const versions = new Map([...main.versions, ...apart.versions]);
  return { rows: main.rows + apart.rows, versions, purged: main.purged + apart.purged };
}

async function eraseIn(wiring: DatasetVersionsWiring, dataset: string, options: EraseOptions): Promise<EraseResult> {
  const { repository, metadata, blobs } = wiring;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const refs = await repository.graph.refs(dataset);
    const commits: PlacedCommit[] = [];
    for await (const commit of repository.graph.history(refs.map(({ commit }) => commit))) commits.unshift(commit);
    const rewriter = new VersionRewriter(wiring, options.where, options.signal);
    for (const [i, { version }] of commits.entries()) {
      await rewriter.look(version);
      options.onProgress?.({ stage: `reading ${dataset}`, done: i + 1, total: commits.length, unit: "commits" });
    }
    await rewriter.rewrite();
    const versions = new Map([...rewriter.rewritten].map(([old, { digest }]) => [old, digest] as const));
    if (versions.size === 0) return { rows: 0, versions, purged: 0 };
    const needed = new Set([...rewriter.rewritten.values()].flatMap(({ manifest }) => [...blobsOf(manifest)]));
    const { stand, epoch } = await blobsStand(metadata, blobs, needed);
    const replaced =
      stand &&
      (await metadata.write(async (tx) => {
        await tx.lock(sweepLock);
        await tx.lock(`data:${dataset}`);
        const moved = refsText(await new CommitGraph(tx).refs(dataset)) !== refsText(refs);
        if (moved || (await sweepEpoch(tx.sql)) !== epoch || !(await noneCondemned(tx, () => needed))) return false;
        await replaceIn(tx, wiring, dataset, { refs, commits, rewriter, versions }, options);
        return true;
      }));
    if (replaced) return { rows: rewriter.rows, versions, purged: await purge(wiring, rewriter, options) };
  }
  throw headMoved(dataset);
}

interface Replacement {
  readonly refs: Awaited<ReturnType<CommitGraph["refs"]>>;
  readonly commits: readonly PlacedCommit[];
  readonly rewriter: VersionRewriter;
  readonly versions: ReadonlyMap<Digest, Digest>;
}

/** Puts the rewritten history in the place of the old one: commits, refs, tombstones, batches, lineage and the audit event, at once. */
async function replaceIn(
  tx: MetadataTransaction,
  { ledger, clock }: DatasetVersionsWiring,
  dataset: string,
  { refs, commits, rewriter, versions }: Replacement,
  { reason, actor }: EraseOptions,
): Promise<void> {
  const sql = tx.sql.withTables<DataTables>();
  const nowMs = clock.nowMs();
  for (const [old, { digest, manifest }] of rewriter.rewritten) {
    const { schemaDigest: schema_digest, parent, rows: row_count } = manifest;
    const row = { digest, dataset, schema_digest, parent, row_count, created_at_ms: nowMs };
    await sql
      .insertInto("data_version")
      .values(row)
      .onConflict((conflict) => conflict.column("digest").doNothing())
      .execute();
    const stone = { version: old, dataset, replacement: digest, reason, time_ms: nowMs };
    await sql
      .insertInto("data_erased")
      .values(stone)
      .onConflict((conflict) => conflict.column("version").doNothing())
      .execute();
  }
  const ids = await rewriteCommits(tx, commits, versions);
  for (const { name, commit } of refs) await setRef(tx, dataset, name as RefName, ids.get(commit) ?? commit);
  await scrubBatches(tx, versions);
  const edges = [...versions].map(([old, now]) => ({
    from: `dataset:${old}` as const,
    to: `dataset:${now}` as const,
    kind: "erased into",
    asserted: false,
  }));
  await ledger.lineage.record(tx, edges);
  const body = { dataset, reason, rows: rewriter.rows, versions: Object.fromEntries(versions) };
  await ledger.changes.publish(tx, "dataset.erased", body);
  await ledger.audit.append(tx, { kind: "dataset.erased", subject: dataset, actor, body });
}

/** The same history over the new versions; parents come before their children. */
async function rewriteCommits(
  tx: MetadataTransaction,
  commits: readonly PlacedCommit[],
  versions: ReadonlyMap<Digest, Digest>,
): Promise<ReadonlyMap<Digest, Digest>> {
  const ids = new Map<Digest, Digest>();
  for (const { id: old, generation, ...commit } of commits) {
    const parents = commit.parents.map((parent) => ids.get(parent) ?? parent);
    const reverts = commit.reverts && (ids.get(commit.reverts) ?? commit.reverts);
    const body = { ...commit, parents, reverts, version: versions.get(commit.version) ?? commit.version };
    const { id, record } = encodeCommit(body);
    if (id === old) continue;
    ids.set(old, id);
    const { dataset, version, timeMs: time_ms, batch } = body;
    await tx.sql
      .withTables<DataTables>()
      .insertInto("data_commit")
      .values({ id, dataset, version, generation, time_ms, batch, record })
      .onConflict((conflict) => conflict.column("id").doNothing())
      .execute();
  }
  return ids;
}

/** What is remembered of ingested batches names the new versions, and no refused rows, whose messages may quote them. */
async function scrubBatches(tx: MetadataTransaction, versions: ReadonlyMap<Digest, Digest>): Promise<void> {
  const sql = tx.sql.withTables<DataTables>();
  for (const row of await sql.selectFrom("data_batch").selectAll().execute()) {
    const stored: { readonly version: string; readonly quarantine: string | null } = JSON.parse(row.record);
    const renamed = (digest: string): string => (isDigest(digest) && versions.get(digest)) || digest;
    const version = renamed(row.version);
    const quarantine = stored.quarantine && renamed(stored.quarantine);
    if (version === row.version && quarantine === stored.quarantine) continue;
    const record = canonicalJson({ ...stored, version, quarantine, faults: [] });
    await sql
      .updateTable("data_batch")
      .set({ version, record })
      .where("dataset", "=", row.dataset)
      .where("batch", "=", row.batch)
      .execute();
  }
}

/** Deletes what only the old versions needed. What a run names of them is a tombstone now, which needs nothing. */
async function purge(wiring: DatasetVersionsWiring, { blobs }: VersionRewriter, options: WorkOptions): Promise<number> {
  const old = new Set([...blobs, ...(await forgottenProfiles(wiring))]);
  const { marked, refs } = await markAll(wiring, {});
  return (await sweep(wiring, [...old], marked, refs, options)).length;
}

/** Forgets what is known of the columns of any parts, extremes among them: it is found again when asked for. Answers the blobs that held it. */
async function forgottenProfiles({ metadata }: DatasetVersionsWiring): Promise<readonly Digest[]> {
  return await metadata.write(async (tx) => {
    const sql = tx.sql.withTables<DataTables>();
    const rows = await sql.selectFrom("data_profile").select("blob").execute();
    await sql.deleteFrom("data_profile").execute();
    return rows.map(({ blob }) => blob).filter(isDigest);
  });
}
