import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { gitCodeVersion } from "../../src/backends/fs/git-code-version.ts";
import { trackedPaths } from "../../src/backends/fs/git-tracked-paths.ts";

let folder: string;
const git = (...args: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", ...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trim();
const version = async (path = folder): Promise<string> => await gitCodeVersion({ path })();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-git-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function commitFiles(): string {
  git("init", "-q", "-b", "main");
  mkdirSync(join(folder, "src/deep"), { recursive: true });
  for (const name of ["src/a.ts", "src/deep/with a rather long name.ts", "b.md", "é.txt"]) {
    writeFileSync(join(folder, name), `content of ${name}\n`);
  }
  git("add", "-A");
  git("commit", "-q", "-m", "first");
  return git("rev-parse", "HEAD");
}

test("names the commit and the tracked files, from any folder inside", async () => {
  const commit = commitFiles();
  const clean = await version();
  expect(clean).toMatch(new RegExp(`^git:${commit}\\+files:[0-9a-f]{64}$`));
  expect(await version(join(folder, "src/deep"))).toBe(clean);
});

test("an uncommitted change, a deletion and a staged file show; an untracked file does not", async () => {
  commitFiles();
  const versions = [await version()];
  writeFileSync(join(folder, "untracked"), "x");
  expect(await version()).toBe(versions[0]);
  writeFileSync(join(folder, "src/a.ts"), "changed\n");
  versions.push(await version());
  unlinkSync(join(folder, "b.md"));
  versions.push(await version());
  git("add", "untracked");
  versions.push(await version());
  expect(new Set(versions).size).toBe(4);
  git("rm", "-q", "--cached", "untracked");
  git("checkout", "-q", "--", ".");
  expect(await version()).toBe(versions[0]);
});

test.each([2, 3, 4])("reads what git lists from an index of version %i", async (indexVersion) => {
  commitFiles();
  if (indexVersion === 3) {
    writeFileSync(join(folder, "intent.ts"), "x");
    git("add", "--intent-to-add", "intent.ts");
  }
  git("update-index", "--index-version", String(indexVersion));
  const listed = git("-c", "core.quotePath=false", "ls-files").split("\n").sort();
  expect(trackedPaths(readFileSync(join(folder, ".git/index")), 20)).toEqual(listed);
});

test("packed refs, a detached head and a linked worktree are followed", async () => {
  const commit = commitFiles();
  git("pack-refs", "--all");
  expect(await version()).toContain(`git:${commit}+`);
  const linked = join(folder, "linked");
  git("worktree", "add", "-q", linked, "-b", "side");
  expect(await version(linked)).toContain(`git:${commit}+`);
  git("checkout", "-q", "--detach");
  expect(await version()).toContain(`git:${commit}+`);
});

test("without a commit the code is only asserted", async () => {
  expect(await version()).toBe("asserted:unknown");
  git("init", "-q");
  expect(await version()).toBe("asserted:unknown");
  const commit = commitFiles();
  writeFileSync(join(folder, ".git/index"), "no index");
  expect(await version()).toBe(`asserted:git:${commit}`);
});
