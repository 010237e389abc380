import { createHash } from "node:crypto";
import { lstat, readFile, readlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { fileErrorCode, isRefused } from "./file-errors.ts";
import { trackedPaths } from "./git-tracked-paths.ts";

/** Where {@link gitCodeVersion} looks. */
export interface GitCodeVersionOptions {
  /** A folder inside the working tree, as `import.meta.dirname`. @default the folder the process was started in */
  readonly path?: string;
}

interface Repository {
  /** The working tree. */
  readonly tree: string;
  /** The worktree's own git folder: HEAD and index. */
  readonly gitDir: string;
  /** The shared git folder: refs. */
  readonly commonDir: string;
}

/**
 * Names the code that runs, for `ExperimentTracker`'s `codeVersion`: `git:<commit>+files:<SHA-256>`, the second part over the bytes of all
 * tracked files as they lie in the working tree, so that uncommitted changes show. Untracked files are not seen. Reads files only; needs no
 * `git`. Where there is no commit, or where this process may not read the files (Deno without the permission), it answers
 * `asserted:unknown`; where the index cannot be read `asserted:git:<commit>`.
 */
export function gitCodeVersion(options: GitCodeVersionOptions = {}): () => Promise<string> {
  return async () => {
    try {
      return await codeVersion(resolve(options.path ?? process.cwd()));
    } catch (error) {
      if (isRefused(error)) return "asserted:unknown";
      throw error;
    }
  };
}

async function codeVersion(path: string): Promise<string> {
  const repository = await findRepository(path);
  const commit = repository === undefined ? undefined : await headCommit(repository);
  if (repository === undefined || commit === undefined) return "asserted:unknown";
  const index = await readIfThere(join(repository.gitDir, "index"));
  const paths = index === undefined ? undefined : trackedPaths(index, commit.length / 2);
  if (paths === undefined) return `asserted:git:${commit}`;
  return `git:${commit}+files:${await filesDigest(repository.tree, paths)}`;
}

async function findRepository(start: string): Promise<Repository | undefined> {
  for (let tree = start; ; tree = dirname(tree)) {
    const dotGit = join(tree, ".git");
    const stats = await lstat(dotGit).catch(absent);
    if (stats?.isDirectory()) return { tree, gitDir: dotGit, commonDir: dotGit };
    if (stats?.isFile()) {
      // A linked worktree or a submodule: the file names the folder.
      const gitDir = resolve(tree, (await readText(dotGit))?.replace(/^gitdir: /, "") ?? "");
      return { tree, gitDir, commonDir: resolve(gitDir, (await readText(join(gitDir, "commondir"))) ?? ".") };
    }
    if (dirname(tree) === tree) return undefined;
  }
}

async function headCommit({ gitDir, commonDir }: Repository): Promise<string | undefined> {
  const head = await readText(join(gitDir, "HEAD"));
  const ref = /^ref: (refs\/\S+)$/.exec(head ?? "")?.[1];
  if (ref === undefined) return commitOf(head);
  const loose = (await readText(join(gitDir, ref))) ?? (await readText(join(commonDir, ref)));
  if (loose !== undefined) return commitOf(loose);
  const packed = (await readText(join(commonDir, "packed-refs"))) ?? "";
  return commitOf(
    packed
      .split("\n")
      .find((line) => line.endsWith(` ${ref}`))
      ?.split(" ")[0],
  );
}

function commitOf(text: string | undefined): string | undefined {
  return text !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? text : undefined;
}

async function filesDigest(tree: string, paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(`${path}\0${await fileDigest(join(tree, path))}\n`);
  return hash.digest("hex");
}

async function fileDigest(path: string): Promise<string> {
  const stats = await lstat(path).catch(absent);
  // A folder in the index is a submodule, which has a version of its own.
  if (stats === undefined || stats.isDirectory()) return stats === undefined ? "missing" : "submodule";
  const content = stats.isSymbolicLink() ? await readlink(path) : await readFile(path);
  return createHash("sha256").update(content).digest("hex");
}

async function readText(path: string): Promise<string | undefined> {
  return (await readIfThere(path))?.toString("utf8").trim();
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  return await readFile(path).catch(absent);
}

/** Nothing there is an answer; anything else goes on. */
function absent(error: unknown): undefined {
  const code = fileErrorCode(error);
  if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined;
  throw error;
}
