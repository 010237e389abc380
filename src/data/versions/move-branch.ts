import type { CheckOutcome } from "../../contracts/check.ts";
import type { MetadataTransaction } from "../../contracts/metadata-store.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import type { Digest } from "../../core/digest.ts";
import { type DatasetChange, type DatasetCommit, encodeCommit } from "./commit.ts";
import { CommitGraph } from "./commit-graph.ts";
import type { GraphTables } from "./graph-migration.ts";
import { headRef, mainBranch, type RefName } from "./ref-name.ts";

/** What a commit says beside its version. */
export interface CommitNotes {
  /** Why. @default "" */
  readonly message?: string;
  /** @default "append" */
  readonly change?: DatasetChange;
  /** The commits it was made from, the branch's own first. @default the branch's newest */
  readonly parents?: readonly Digest[];
  /** The verdicts of the gate that let it pass. @default none */
  readonly checks?: readonly CheckOutcome[];
  readonly batch?: Digest;
  readonly reverts?: Digest;
  readonly meta?: { readonly [key: string]: JsonValue };
}

/** A branch's move by compare-and-set. */
export interface BranchMove {
  readonly dataset: string;
  /** @default "main" */
  readonly branch?: string;
  /** The commit that the branch must stand at; `undefined` = there is no such branch yet. */
  readonly expectedTip: Digest | undefined;
  readonly version: Digest;
  readonly notes?: CommitNotes;
  readonly author: string;
}

/** Another commit came first: the transaction must be given up. */
export class TipMoved extends Error {}

/** Records a commit and moves its branch to it, in the caller's transaction, which holds the lock `data:<dataset>`. Throws {@link TipMoved}. */
export async function moveBranch(tx: MetadataTransaction, move: BranchMove, nowMs: number): Promise<DatasetCommit> {
  const ref = headRef(move.branch ?? mainBranch);
  const graph = new CommitGraph(tx);
  const tip = await graph.tip(move.dataset, ref);
  if (tip?.id !== move.expectedTip) throw new TipMoved();
  const { message, change, parents, checks, batch, reverts, meta } = move.notes ?? {};
  const from = parents ?? (tip === undefined ? [] : [tip.id]);
  const made = await graph.commits(from);
  const body = {
    dataset: move.dataset,
    version: move.version,
    parents: from,
    author: move.author,
    // A commit is never older than what it was made from, so that a branch can be asked what it was at an instant.
    timeMs: made.reduce((latest, commit) => Math.max(latest, commit.timeMs), nowMs),
    message: message ?? "",
    change: change ?? "append",
    checks: checks ?? [],
    batch: batch ?? null,
    reverts: reverts ?? null,
    meta: meta ?? {},
  } as const;
  const { id, record } = encodeCommit(body);
  await tx.sql
    .withTables<GraphTables>()
    .insertInto("data_commit")
    .values({
      id,
      dataset: body.dataset,
      version: body.version,
      generation: made.reduce((most, commit) => Math.max(most, commit.generation + 1), 0),
      time_ms: body.timeMs,
      batch: body.batch,
      record,
    })
    .onConflict((conflict) => conflict.column("id").doNothing())
    .execute();
  await setRef(tx, move.dataset, ref, id);
  return { id, ...body };
}

/** Points a ref at a commit, whatever it pointed at. */
export async function setRef(tx: MetadataTransaction, dataset: string, name: RefName, commit: Digest): Promise<void> {
  await tx.sql
    .withTables<GraphTables>()
    .insertInto("data_ref")
    .values({ dataset, name, commit_id: commit })
    .onConflict((conflict) => conflict.columns(["dataset", "name"]).doUpdateSet({ commit_id: commit }))
    .execute();
}
