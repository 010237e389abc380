// Ceilings of our own code, brotli-compressed: an entry with every chunk that importing it loads at once.
// A ceiling is raised on purpose, never to make a build pass.
import { readFileSync } from "node:fs";

const ceilings = {
  index: "103 kB",
  "core/index": "8 kB",
  "stats/index": "130 kB",
  "table/index": "29 kB",
  "contracts/index": "10 kB",
  "ledger/index": "51 kB",
  "data/index": "184 kB",
  "features/index": "142 kB",
  "training/index": "37 kB",
  "registry/index": "138 kB",
  "serving/index": "59 kB",
  "monitoring/index": "67 kB",
  "workflows/index": "56 kB",
  "testing/index": "35 kB",
  "backends/memory/index": "19 kB",
  "backends/sqlite/index": "20 kB",
  "backends/postgres/index": "46 kB",
  "backends/redis/index": "19 kB",
  "backends/s3/index": "13 kB",
  "backends/fs/index": "35 kB",
  "backends/duckdb/index": "24 kB",
  "backends/arrow/index": "30 kB",
  "backends/tfjs/index": "10 kB",
  "backends/function/index": "6 kB",
  "backends/usearch/index": "9 kB",
  "backends/hyparquet/index": "12 kB",
  "interop/dvc/index": "10 kB",
  "interop/feast/index": "17 kB",
  "interop/lakefs/index": "10 kB",
  "interop/openlineage/index": "10 kB",
};

/** The file and the chunks it imports statically, transitively. */
function loadedWith(file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  const code = readFileSync(file, "utf8");
  for (const [, path] of code.matchAll(/(?:^|\n)(?:import|export)\s[^"';]*?from\s*["'](\.[^"']+)["']/g)) {
    loadedWith(new URL(path, new URL(file, "file:///")).pathname, seen);
  }
  for (const [, path] of code.matchAll(/(?:^|\n)import\s*["'](\.[^"']+)["']/g)) {
    loadedWith(new URL(path, new URL(file, "file:///")).pathname, seen);
  }
  return seen;
}

const manifest = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));
const names = Object.values(manifest.exports)
  .filter((target) => typeof target !== "string")
  .map((target) => target.default.replace("./dist/", "").replace(".js", ""));

export default names.map((name) => ({
  name,
  path: [...loadedWith(new URL(`./dist/${name}.js`, import.meta.url).pathname)],
  limit: ceilings[name] ?? "0 B",
}));
