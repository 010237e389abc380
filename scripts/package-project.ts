import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { run } from "./run.ts";

/** Packs what would be published into `folder` and returns the tarball's path and the names of the files in it. */
export async function pack(folder: string): Promise<{ readonly tarball: string; readonly files: readonly string[] }> {
  const packed = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder]);
  if (packed.code !== 0) throw new Error(`npm pack failed: ${packed.stderr}`);
  const said: unknown = JSON.parse(packed.stdout);
  // npm 12 answers with an object keyed by the package's name where npm 11 answers with an array.
  const [first] = Object.values(said as object) as { filename: string; files: { path: string }[] }[];
  if (first === undefined) throw new Error(`npm pack said nothing: ${packed.stdout}`);
  return { tarball: `${folder}/${first.filename}`, files: first.files.map((file) => file.path) };
}

/** Installs a tarball, as a user would, into a new empty project under the system's temporary folder. */
export async function installInEmptyProject(tarball: string): Promise<string> {
  const folder = mkdtempSync(`${tmpdir()}/sluice-user-`);
  writeFileSync(`${folder}/package.json`, JSON.stringify({ name: "user", private: true, type: "module" }));
  const args = ["install", "--no-audit", "--no-fund", "--min-release-age=60", tarball];
  const installed = await run("npm", args, { cwd: folder, timeoutMs: 300_000 });
  if (installed.code !== 0) throw new Error(`npm install ${tarball} failed: ${installed.stderr}`);
  return folder;
}
