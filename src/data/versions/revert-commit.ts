import type { DatasetVersion } from "../../contracts/dataset-version.ts";
import { SluiceError } from "../../core/errors.ts";
import { headMoved } from "./version-errors.ts";
import type { PreparedVersion } from "./version-writer.ts";
import { filesNamedIn } from "./blobs-of-version.ts";
import type { DatasetCommit } from "./commit.ts";
import type { DatasetVersionsWiring, RefOptions } from "./versions-wiring.ts";
import { mergeManifests } from "./merge-manifests.ts";
import type { CommitNotes } from "./move-branch.ts";
import { mainBranch } from "./ref-name.ts";
import { type DatasetRef, resolveRef } from "./resolve-ref.ts";
import { sweepEpoch } from "./sweep-guard.ts";
import type { MergeStrategy } from "./three-way.ts";

/**
 * How a commit is undone.
 *
 * @example
 * ```ts
 * import { dataset, openWorkspace, rowsSource } from "sluice";
 * import { z } from "zod";
 * const stops = dataset("stops", { schema: z.object({ id: z.number(), at: z.date(), late: z.number() }), eventTime: "at", id: "id" });
 * const row = (id: number, late = 0) => ({ id, at: new Date(1000 * id), late });
 * const ws = await openWorkspace(".sluice");
 * await ws.data.ingest(stops, rowsSource([row(1)]));
 * await ws.data.ingest(stops, rowsSource([row(2)]), { message: "wrong" });
 * await ws.data.ingest(stops, rowsSource([row(3)]));
 * await ws.data.revert("stops", "main~1", { actor: "ann" });
 * const { values } = (await ws.data.read("stops")).columns.id ?? { values: [] };
 * if (values.join() !== "1,3") throw new Error("the second commit is undone, the third stays");
 * await ws.close();
 * ```
 */
export interface RevertOptions extends RefOptions {
  /** The branch to undo it on. @default "main" */
  readonly branch?: string;
  /** What decides where later commits changed the same rows; `theirs` is the state before the commit. @default "conflict" */
  readonly strategy?: MergeStrategy;
  /** @default "Revert <message of the commit>" */
  readonly message?: string;
  readonly signal?: AbortSignal;
}

const attempts = 10;

/** Undoes a commit by another one; see `DatasetVersions.revert`. */
export async function revertCommit(
  wiring: DatasetVersionsWiring,
  dataset: string,
  ref: DatasetRef,
  options: RevertOptions,
): Promise<DatasetVersion> {
  const { repository, metadata } = wiring;
  const branch = options.branch ?? mainBranch;
  const { commit } = await resolveRef(repository.graph, dataset, ref);
  for (let attempt = 0; attempt < attempts; attempt++) {
    options.signal?.throwIfAborted();
    const epoch = await sweepEpoch(metadata.sql);
    const tip = await repository.tip(dataset, branch);
    if (commit === undefined || tip === undefined || !(await isBelow(wiring, tip, commit)))
      throw notOnBranch(dataset, branch, ref);
    const undone = await without(wiring, tip, commit, options);
    const notes: CommitNotes = {
      change: "revert",
      reverts: commit.id,
      message: options.message ?? `Revert ${commit.message === "" ? commit.id.slice(0, 19) : commit.message}`,
    };
    const edges = [
      { from: `dataset:${tip.version}`, to: `dataset:${undone.digest}`, kind: "reverted", asserted: false } as const,
    ].filter(({ from, to }) => from !== to);
    const blobs = (await filesNamedIn(repository, undone.manifest)).map(({ digest }) => digest);
    const version = { prepared: { ...undone, sweepEpoch: epoch }, branch, expectedTip: tip.id, notes, edges, blobs };
    const published = await repository.publish([version], { actor: options.actor ?? "system" });
    if (published === "published") return await repository.version(undone.digest);
  }
  throw headMoved(dataset);
}

/** The branch's newest version without what a commit did to its first parent. */
async function without(
  wiring: DatasetVersionsWiring,
  tip: DatasetCommit,
  commit: DatasetCommit,
  { strategy, signal }: RevertOptions,
): Promise<PreparedVersion> {
  const { repository, blobs } = wiring;
  const [first] = commit.parents;
  const before = first === undefined ? undefined : (await repository.graph.commits([first]))[0];
  const manifest = await repository.manifest(commit.version);
  if (before !== undefined && tip.version === commit.version)
    return { digest: before.version, manifest: await repository.manifest(before.version) };
  return await mergeManifests(
    { repository, blobs },
    {
      base: manifest,
      ours: { digest: tip.version, manifest: await repository.manifest(tip.version) },
      theirs: before === undefined ? { ...manifest, parts: [], rows: 0 } : await repository.manifest(before.version),
      strategy: strategy ?? "conflict",
      ...(signal && { signal }),
    },
  );
}

async function isBelow(
  { repository }: DatasetVersionsWiring,
  tip: DatasetCommit,
  commit: DatasetCommit,
): Promise<boolean> {
  for await (const { id } of repository.graph.history([tip.id])) if (id === commit.id) return true;
  return false;
}

function notOnBranch(dataset: string, branch: string, ref: DatasetRef): SluiceError {
  return new SluiceError("data/ref-not-found", {
    found: `no commit ${JSON.stringify(ref)} on branch "${branch}" of dataset "${dataset}"`,
    expected: "a commit of that branch's history",
    fix: `List them: log("${dataset}", { branch: "${branch}" }).`,
  });
}
