import { mkdir } from "node:fs/promises";
import { root } from "../scripts/entries.ts";
import { run } from "../scripts/run.ts";
import { withFolder } from "./measure.ts";
import { report } from "./report.ts";

// A certified version of 500 MB that leaves a workspace as one file, and comes into another: how long each takes, and how far the resident set of its process grows.

const bench = "bundles";
const sizeBytes = 500_000_000;

await withFolder(async (folder) => {
  const [origin, there, path] = [`${folder}/origin`, `${folder}/there`, `${folder}/delay-1.tar`];
  await mkdir(origin);
  await mkdir(there);
  // A process begins with the largest resident set of the one that started it: so this one stays small.
  await child("large-version-child", [origin, String(sizeBytes)]);
  for (const how of ["export", "import"]) {
    const told = await child("bundle-child", [how, origin, there, path]);
    const { ms, grownKib }: { readonly ms: number; readonly grownKib: number } = JSON.parse(told);
    if (!(grownKib > 0)) throw new Error(`the ${how} took no memory: it was not measured`);
    const title = `${how} of a version of 500 MB as one file`;
    const grown = { value: (grownKib * 1024) / 1e6, unit: "MB", atMost: 200 };
    report({ bench, case: `${title}, memory beyond the process's own`, ...grown });
    report({ bench, case: title, value: sizeBytes / 1e3 / ms, unit: "MB/s" });
  }
});

async function child(script: string, args: readonly string[]): Promise<string> {
  const finished = await run(process.execPath, [`${root}bench/registry/${script}.ts`, ...args], { timeoutMs: 600_000 });
  if (finished.code !== 0) throw new Error(`${script} ended with ${finished.code}\n${finished.stderr}`);
  return finished.stdout;
}
