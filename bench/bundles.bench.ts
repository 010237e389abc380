import { mkdir } from "node:fs/promises";
import { root } from "../scripts/entries.ts";
import { run } from "../scripts/run.ts";
import { withFolder } from "./measure.ts";
import { largeVersion } from "./registry/large-version.ts";
import { report } from "./report.ts";

// A certified version of 500 MB that leaves a workspace as one file, and comes into another: how long each takes, and how far the resident set of its process grows.

const bench = "bundles";
const sizeBytes = 500_000_000;

await withFolder(async (folder) => {
  const [origin, there, path] = [`${folder}/origin`, `${folder}/there`, `${folder}/delay-1.tar`];
  await mkdir(origin);
  await mkdir(there);
  await largeVersion(origin, sizeBytes);
  for (const how of ["export", "import"]) {
    const finished = await run(process.execPath, [`${root}bench/registry/bundle-child.ts`, how, origin, there, path], {
      timeoutMs: 600_000,
    });
    if (finished.code !== 0) throw new Error(`the ${how} ended with ${finished.code}\n${finished.stderr}`);
    const { ms, grownKib }: { readonly ms: number; readonly grownKib: number } = JSON.parse(finished.stdout);
    const title = `${how} of a version of 500 MB as one file`;
    report({
      bench,
      case: `${title}, memory beyond the process's own`,
      value: (grownKib * 1024) / 1e6,
      unit: "MB",
      atMost: 200,
    });
    report({ bench, case: title, value: sizeBytes / 1e3 / ms, unit: "MB/s" });
  }
});
