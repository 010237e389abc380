import { type Digest, isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { DatasetCommit } from "./commit.ts";
import type { CommitGraph } from "./commit-graph.ts";
import { headRef, mainBranch, tagRef } from "./ref-name.ts";

/**
 * What names a version of a dataset: a branch (`"main"`), a tag, the digest of a commit or of a version, each followed by `~n` for the n-th
 * commit before it; or what a branch was at an instant.
 *
 * @example
 * ```ts
 * import { dataset, openWorkspace, rowsSource } from "sluice";
 * import { z } from "zod";
 * const stops = dataset("stops", { schema: z.object({ id: z.number(), at: z.date(), late: z.number() }), eventTime: "at", id: "id" });
 * const row = (id: number, late = 0) => ({ id, at: new Date(1000 * id), late });
 * const ws = await openWorkspace(".sluice");
 * await ws.data.ingest(stops, rowsSource([row(1)]));
 * await ws.data.tag("stops", "first");
 * await ws.data.ingest(stops, rowsSource([row(2)]));
 * const { version } = await ws.data.resolve("stops", "main~1");
 * if ((await ws.data.resolve("stops", "first")).version !== version) throw new Error("two names of one version");
 * if ((await ws.data.resolve("stops", { at: new Date() })).version === version) throw new Error("main is a commit further by now");
 * await ws.close();
 * ```
 */
export type DatasetRef = string | { readonly at: Date; readonly branch?: string };

/** What a reference stands for. */
export interface ResolvedRef {
  readonly dataset: string;
  readonly version: Digest;
  /** The commit; for a version's digest the newest that led to it, `undefined` where none did. */
  readonly commit: DatasetCommit | undefined;
}

/** Finds what a reference stands for. Errors: `data/ref-not-found`, `argument/invalid`. */
export async function resolveRef(graph: CommitGraph, dataset: string, ref: DatasetRef): Promise<ResolvedRef> {
  if (typeof ref !== "string") return at(graph, dataset, ref.branch ?? mainBranch, ref.at);
  const [, name = ref, steps] = /^(.*?)(?:~(\d+))?$/s.exec(ref) ?? [];
  const named = await commitNamed(graph, dataset, name);
  if (named === undefined) {
    if (steps === undefined && isDigest(name) && (await graph.hasVersion(dataset, name)))
      return { dataset, version: name, commit: undefined };
    throw notFound(dataset, ref, "no branch, tag, commit or version of that name");
  }
  let commit: DatasetCommit | undefined = named;
  for (let left = Number(steps ?? 0); left > 0 && commit !== undefined; left--)
    commit = await firstParent(graph, commit);
  if (commit === undefined) throw notFound(dataset, ref, `fewer than ${steps} commits before it`);
  return { dataset, version: commit.version, commit };
}

/** The branch's newest commit that is not younger than the instant. */
async function at(graph: CommitGraph, dataset: string, branch: string, instant: Date): Promise<ResolvedRef> {
  const untilMs = instant.getTime();
  if (Number.isNaN(untilMs)) {
    throw new SluiceError("argument/invalid", {
      found: "an invalid date",
      expected: "the instant to go back to",
      fix: 'Pass a valid date, as in new Date("2026-01-31T00:00:00Z").',
    });
  }
  let commit: DatasetCommit | undefined = await graph.tip(dataset, headRef(branch));
  if (commit === undefined) throw notFound(dataset, branch, "no such branch");
  while (commit !== undefined && commit.timeMs > untilMs) commit = await firstParent(graph, commit);
  if (commit === undefined)
    throw notFound(dataset, `${branch} at ${instant.toISOString()}`, "nothing committed by then");
  return { dataset, version: commit.version, commit };
}

async function commitNamed(graph: CommitGraph, dataset: string, name: string): Promise<DatasetCommit | undefined> {
  if (isDigest(name)) {
    const [commit] = await graph.commits([name]);
    const found = commit ?? (await graph.commitOf(name));
    return found?.dataset === dataset ? found : undefined;
  }
  return (await graph.tip(dataset, headRef(name))) ?? (await graph.tip(dataset, tagRef(name)));
}

async function firstParent(graph: CommitGraph, { parents }: DatasetCommit): Promise<DatasetCommit | undefined> {
  const [parent] = parents;
  return parent === undefined ? undefined : (await graph.commits([parent]))[0];
}

function notFound(dataset: string, ref: string, found: string): SluiceError {
  return new SluiceError("data/ref-not-found", {
    found: `${found}: ${JSON.stringify(ref)} of dataset "${dataset}"`,
    expected: "a branch, a tag, the digest of a commit or version, or one of them and ~n",
    fix: `List them: branches("${dataset}"), tags("${dataset}"), log("${dataset}").`,
  });
}
