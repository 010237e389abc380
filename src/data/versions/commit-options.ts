import type { CheckOutcome } from "../../contracts/check.ts";
import type { Digest } from "../../core/digest.ts";
import type { CommitNotes } from "./move-branch.ts";

/** How rows are committed. */
export interface CommitOptions {
  /** The version to append to; `null` starts anew. @default the branch's newest version */
  readonly parent?: Digest | null;
  /** The verdicts of checks that were run on these rows. @default none: the version counts as not validated */
  readonly checks?: readonly CheckOutcome[];
  /** @default "main" */
  readonly branch?: string;
  /** Why, for the log. @default "" */
  readonly message?: string;
  /** The host's own notes, for the log. @default none */
  readonly meta?: CommitNotes["meta"];
  /** Where the rows come from, for lineage. */
  readonly source?: { readonly uri: string; readonly digest: Digest };
  /** Who commits. @default "system" */
  readonly actor?: string;
  readonly signal?: AbortSignal;
}
