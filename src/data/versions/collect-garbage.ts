import { type Digest, isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { refsText, sweepSome } from "./condemn-blobs.ts";
import { MarkedBlobs } from "./mark-blobs.ts";
import { condemned } from "./sweep-guard.ts";
import type { DatasetVersionsWiring } from "./versions-wiring.ts";

/**
 * How garbage is collected.
 *
 * @example
 * ```ts
 * import { dataset, openWorkspace, rowsSource } from "sluice";
 * import { z } from "zod";
 * const stops = dataset("stops", { schema: z.object({ id: z.number(), at: z.date(), late: z.number() }), eventTime: "at", id: "id" });
 * const row = (id: number, late = 0) => ({ id, at: new Date(1000 * id), late });
 * const ws = await openWorkspace(".sluice");
 * await ws.data.ingest(stops, rowsSource([row(1)]));
 * await ws.data.branch("stops", "trial");
 * await ws.data.ingest(stops, rowsSource([row(2)]), { branch: "trial" });
 * await ws.data.deleteBranch("stops", "trial");
 * const { removed } = await ws.data.gc({ dryRun: true, graceMs: 0 });
 * if (removed === 0) throw new Error("nothing needs what only the branch had");
 * await ws.close();
 * ```
 */
export interface GcOptions extends WorkOptions {
  /** A blob that was put less long ago is kept, milliseconds; 0 keeps none for its age. @default 86400000 (a day) */
  readonly graceMs?: number;
  /** Only tells what would be removed. @default false */
  readonly dryRun?: boolean;
  /** Who removes it, for the audit log. @default "system" */
  readonly actor?: string;
}

/** What a collection found and removed. */
export interface GcResult {
  readonly dryRun: boolean;
  /** Blobs that a ref, a run or a model needs. */
  readonly kept: number;
  /** Blobs that nothing needs, but that are younger than the grace period. */
  readonly young: number;
  /** Blobs that were removed, or would be. */
  readonly removed: number;
  readonly removedBytes: number;
}

const dayMs = 86_400_000;

/** Mark and sweep; see `DatasetVersions.gc`. */
export async function collectGarbage(wiring: DatasetVersionsWiring, options: GcOptions = {}): Promise<GcResult> {
  const { blobs, clock } = wiring;
  const graceMs = options.graceMs ?? dayMs;
  if (!(graceMs >= 0)) {
    throw new SluiceError("argument/invalid", {
      found: `a grace period of ${graceMs} ms`,
      expected: "0 or more",
      fix: "Pass milliseconds, or leave it out for a day.",
    });
  }
  const { marked, refs } = await markAll(wiring, options);
  const sizes = new Map<Digest, number>();
  let kept = 0;
  let young = 0;
  for await (const { digest, sizeBytes, modifiedAtMs } of blobs.list()) {
    options.signal?.throwIfAborted();
    if (marked.has(digest)) kept++;
    else if (graceMs > 0 && clock.nowMs() - modifiedAtMs < graceMs) young++;
    else sizes.set(digest, sizeBytes);
  }
  if (options.dryRun !== true && sizes.size > 0) await recordDecision(wiring, sizes, graceMs, options.actor);
  const removed =
    options.dryRun === true ? [...sizes.keys()] : await sweep(wiring, [...sizes.keys()], marked, refs, options);
  const removedBytes = removed.reduce((sum, digest) => sum + (sizes.get(digest) ?? 0), 0);
  return { dryRun: options.dryRun === true, kept, young, removed: removed.length, removedBytes };
}

/** Before anything is removed, so that nothing is gone without a word of it, also after a crash. */
async function recordDecision(
  { metadata, ledger }: DatasetVersionsWiring,
  sizes: ReadonlyMap<Digest, number>,
  graceMs: number,
  actor: string = "system",
): Promise<void> {
  const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  await metadata.write(async (tx) => {
    await ledger.audit.append(tx, {
      kind: "data.collected",
      subject: "blobs",
      actor,
      body: { blobs: sizes.size, bytes, graceMs },
    });
  });
}

/** Marks from every ref and everything that other stages name, and says where the refs stood. */
export async function markAll(
  { repository, roots }: DatasetVersionsWiring,
  options: WorkOptions,
): Promise<{ readonly marked: MarkedBlobs; readonly refs: string }> {
  if (roots === undefined) {
    throw new SluiceError("argument/invalid", {
      found: "no word of what else keeps blobs in this store",
      expected: "`roots`: the digests that runs, models and others name",
      fix: "Pass roots when wiring DatasetVersions; a workspace does that.",
    });
  }
  const marked = new MarkedBlobs(repository);
  const refs = await repository.graph.refs();
  await marked.markCommits(
    refs.map(({ commit }) => commit),
    options,
  );
  for await (const digest of roots()) {
    options.signal?.throwIfAborted();
    await marked.mark(digest);
  }
  return { marked, refs: refsText(refs) };
}

/** Deletes what is not needed, a hundred blobs at a time; where a ref has moved meanwhile, what it needs is marked first. */
export async function sweep(
  wiring: DatasetVersionsWiring,
  candidates: readonly Digest[],
  marked: MarkedBlobs,
  refsThen: string,
  { signal, onProgress }: WorkOptions,
): Promise<readonly Digest[]> {
  const { repository } = wiring;
  const removed: Digest[] = [];
  let refs = refsThen;
  let left = [...candidates, ...[...(await condemned(wiring.metadata.sql)).keys()].filter(isDigest)];
  left = [...new Set(left)].filter((digest) => !marked.has(digest));
  while (left.length > 0) {
    signal?.throwIfAborted();
    const done = await sweepSome(wiring, left, refs);
    if (done === "refs-moved") {
      const now = await repository.graph.refs();
      refs = refsText(now);
      await marked.markCommits(now.map(({ commit }) => commit));
      left = left.filter((digest) => !marked.has(digest));
      continue;
    }
    removed.push(...done);
    const gone = new Set(done);
    left = left.filter((digest) => !gone.has(digest));
    onProgress?.({ stage: "removing blobs", done: removed.length, total: removed.length + left.length, unit: "blobs" });
  }
  repository.stores.manifests.forget();
  return removed;
}
