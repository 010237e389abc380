import { existsSync } from "node:fs";
import { entries, root } from "../scripts/entries.ts";
import { importCost } from "../scripts/import-cost.ts";
import { run } from "../scripts/run.ts";
import { report } from "./report.ts";

// What importing a door costs over an empty script. Only the root door has a target.

if (!existsSync(`${root}dist/index.js`)) {
  const built = await run(process.execPath, [`${root}scripts/build.ts`, "--js-only"]);
  if (built.code !== 0) throw new Error(built.stderr);
}
for (const { subpath, name } of entries()) {
  const specifier = subpath.replace(".", "sluice");
  if (!existsSync(`${root}dist/${name}.js`)) continue;
  const cost = await importCost(specifier, root, 9);
  const target = subpath === "." ? { atMost: 60 } : {};
  report({ bench: "import-cost", case: specifier, value: cost.extraMs, unit: "ms", ...target });
}
