import type { Check, CheckOutcome } from "../../contracts/check.ts";
import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { DatasetVersion } from "../../contracts/dataset-version.ts";
import type { LineageEdge } from "../../contracts/lineage-store.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireFilePaths } from "../files/file-tree.ts";
import { headMoved } from "./version-errors.ts";
import type { PreparedVersion } from "./version-writer.ts";
import { refusals } from "../checks/run-checks.ts";
import type { DatasetCommit } from "./commit.ts";
import { filesNamedIn } from "./blobs-of-version.ts";
import { composeVersion } from "./compose-version.ts";
import type { DatasetVersionsWiring, RefOptions } from "./versions-wiring.ts";
import { definedChecks, gateRows } from "./gate-rows.ts";
import { mergeBase } from "./merge-base.ts";
import { mergeManifests } from "./merge-manifests.ts";
import type { CommitNotes } from "./move-branch.ts";
import { mainBranch } from "./ref-name.ts";
import { type DatasetRef, resolveRef } from "./resolve-ref.ts";
import { standingSince } from "./standing-since.ts";
import type { MergeStrategy } from "./three-way.ts";

/**
 * What is merged, and how.
 *
 * @example
 * ```ts
 * import { dataset, openWorkspace, rowsSource } from "sluice";
 * import { z } from "zod";
 * const stops = dataset("stops", { schema: z.object({ id: z.number(), at: z.date(), late: z.number() }), eventTime: "at", id: "id" });
 * const row = (id: number, late = 0) => ({ id, at: new Date(1000 * id), late });
 * const ws = await openWorkspace(".sluice");
 * await ws.data.ingest(stops, rowsSource([row(1), row(2)]));
 * await ws.data.branch("stops", "fix");
 * await ws.data.ingest(stops, rowsSource([row(3)]));
 * await ws.data.ingest(stops, rowsSource([row(1), row(2, 5)]), { branch: "fix", mode: "replace" });
 * const result = await ws.data.merge({ dataset: stops, from: "fix", actor: "ann" });
 * if (result.outcome !== "merged" || result.version.rows !== 3) throw new Error("a row of main, a change of the branch");
 * await ws.close();
 * ```
 */
export interface MergeOptions extends RefOptions {
  /** The dataset; by its definition where that has checks, which are the gate. */
  readonly dataset: string | DatasetDefinition;
  /** What is brought in: a branch, a tag, a commit. */
  readonly from: DatasetRef;
  /** The branch it is brought into. @default "main" */
  readonly into?: string;
  /**
   * What decides where both changed the same row: `conflict` refuses (`data/merge-conflict`, with the keys), `ours` keeps the row of `into`,
   * `theirs` takes that of `from`. @default "conflict"
   */
  readonly strategy?: MergeStrategy;
  /** The column that names a row; `null` = whole rows. @default the dataset's `id`, where it has one */
  readonly by?: string | null;
  /** Checks beside those of the definition, run on all merged rows before the branch moves. @default none */
  readonly gate?: readonly Check[];
  /** Why, for the log. @default "Merge <from> into <into>" */
  readonly message?: string;
  readonly meta?: CommitNotes["meta"];
  readonly signal?: AbortSignal;
}

/**
 * What became of a merge. `fast-forward`: `into` had nothing of its own, so it now has the version of `from`, unread. `up-to-date`: there
 * was nothing to bring in. `refused`: the gate failed, and the branch is as it was.
 */
export type MergeResult =
  | {
      readonly outcome: "merged" | "fast-forward" | "up-to-date";
      readonly version: DatasetVersion;
      readonly commit: DatasetCommit;
      readonly checks: readonly CheckOutcome[];
    }
  | { readonly outcome: "refused"; readonly reasons: readonly string[]; readonly checks: readonly CheckOutcome[] };

const attempts = 10;

/** Merges by three ways; see `DatasetVersions.merge`. */
export async function mergeBranches(wiring: DatasetVersionsWiring, options: MergeOptions): Promise<MergeResult> {
  const { repository } = wiring;
  const dataset = typeof options.dataset === "string" ? options.dataset : options.dataset.name;
  if (typeof options.dataset !== "string") await repository.register(options.dataset);
  const checks = [
    ...(await definedChecks(wiring.metadata, dataset, repository.definition(dataset))),
    ...(options.gate ?? []),
  ];
  requireStrategy(options.strategy);
  for (let attempt = 0; attempt < attempts; attempt++) {
    options.signal?.throwIfAborted();
    const result = await mergeOnce(wiring, dataset, checks, options);
    if (result !== "again") return result;
  }
  throw headMoved(dataset);
}

async function mergeOnce(
  wiring: DatasetVersionsWiring,
  dataset: string,
  checks: readonly Check[],
  options: MergeOptions,
): Promise<MergeResult | "again"> {
  const { repository } = wiring;
  const into = options.into ?? mainBranch;
  const { commit: ours } = await resolveRef(repository.graph, dataset, into);
  const tip = await repository.tip(dataset, into);
  const { commit: theirs } = await resolveRef(repository.graph, dataset, options.from);
  if (ours === undefined || tip?.id !== ours.id || theirs === undefined)
    throw notMergeable(dataset, into, options.from);
  const base = await mergeBase(repository.graph, ours.id, theirs.id);
  if (base?.id === theirs.id)
    return { outcome: "up-to-date", version: await repository.version(ours.version), commit: ours, checks: [] };
  const epoch = await standingSince(wiring, theirs);
  const forward = base?.id === ours.id;
  const ourManifest = await repository.manifest(ours.version);
  const theirManifest = await repository.manifest(theirs.version);
  const merged: PreparedVersion = forward
    ? { digest: theirs.version, manifest: theirManifest }
    : await mergeManifests(wiring, {
        base: base && (await repository.manifest(base.version)),
        ours: { digest: ours.version, manifest: ourManifest },
        theirs: theirManifest,
        strategy: options.strategy ?? "conflict",
        ...(options.by !== undefined && { by: options.by }),
        ...(options.signal && { signal: options.signal }),
      });
  const outcomes = await gateRows(repository, checks, merged, ours.version, options.signal);
  const reasons = refusals(outcomes);
  if (reasons.length > 0)
    return await refused(wiring, dataset, into, options, { outcome: "refused", reasons, checks: outcomes });
  const { parts, parent } = merged.manifest;
  const prepared =
    forward || outcomes.length === 0
      ? merged
      : await composeVersion(repository.stores, merged.manifest, parts, { parent, checks: outcomes });
  const files = await filesNamedIn(repository, prepared.manifest);
  // Each side alone has names that every system can hold apart; both together may not.
  if (!forward) requireFilePaths(files.map(({ path }) => ({ path, kind: "file" })));
  const blobs = files.map(({ digest }) => digest);
  const version = { prepared: { ...prepared, sweepEpoch: epoch }, branch: into, expectedTip: ours.id, blobs };
  const notes = notesOf(options, into, [ours, theirs], outcomes);
  const edges = forward ? [] : [ours, theirs].map((commit) => mergedInto(commit, prepared));
  const published = await repository.publish([{ ...version, notes, edges }], { actor: options.actor ?? "system" });
  if (published !== "published") return "again";
  const { commit } = await resolveRef(repository.graph, dataset, into);
  const outcome = forward ? "fast-forward" : "merged";
  return { outcome, version: await repository.version(prepared.digest), commit: commit ?? ours, checks: outcomes };
}

function notesOf(
  { from, message, meta }: MergeOptions,
  into: string,
  parents: readonly DatasetCommit[],
  checks: readonly CheckOutcome[],
): CommitNotes {
  const name = typeof from === "string" ? from : from.at.toISOString();
  return {
    change: "merge",
    parents: parents.map(({ id }) => id),
    checks,
    message: message ?? `Merge ${name} into ${into}`,
    ...(meta && { meta }),
  };
}

function mergedInto({ version }: DatasetCommit, { digest }: PreparedVersion): LineageEdge {
  return { from: `dataset:${version}`, to: `dataset:${digest}`, kind: "merged", asserted: false };
}

async function refused(
  { metadata, ledger }: DatasetVersionsWiring,
  dataset: string,
  into: string,
  { actor = "system" }: MergeOptions,
  result: MergeResult & { readonly outcome: "refused" },
): Promise<MergeResult> {
  const body = { dataset, into, reasons: [...result.reasons] };
  await metadata.write(async (tx) => {
    await ledger.changes.publish(tx, "merge.refused", body);
    await ledger.audit.append(tx, { kind: "merge.refused", subject: dataset, actor, body });
  });
  return result;
}

function requireStrategy(strategy: string | undefined): void {
  if (strategy === undefined || ["conflict", "ours", "theirs"].includes(strategy)) return;
  throw new SluiceError("argument/invalid", {
    found: `the strategy ${JSON.stringify(strategy)}`,
    expected: '"conflict", "ours" or "theirs"',
    fix: "Pass one of them, or leave the option out.",
  });
}

function notMergeable(dataset: string, into: string, from: DatasetRef): SluiceError {
  return new SluiceError("data/ref-not-found", {
    found: `${JSON.stringify(from)} to be merged into ${JSON.stringify(into)} of dataset "${dataset}"`,
    expected: "a branch to merge into, and a branch, tag or commit to bring in",
    fix: `List them: branches("${dataset}"), tags("${dataset}").`,
  });
}
