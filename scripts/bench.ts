import { glob } from "node:fs/promises";
import { root } from "./entries.ts";
import { run } from "./run.ts";

// `npm run bench -- <name> …` runs bench/<name>.bench.ts, one after the other; without a name, all of them.
// Each prints one JSON object a line (see bench/report.ts). Fails when a benchmark fails or misses a target it states.

const available: string[] = [];
for await (const file of glob("bench/*.bench.ts", { cwd: root })) {
  available.push(file.replace(/^bench[/\\]/, "").replace(/\.bench\.ts$/, ""));
}
available.sort();
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !available.includes(name));
if (unknown.length > 0 || available.length === 0) {
  console.error(`no benchmark ${unknown.join(", ")}; there are: ${available.join(", ")}`);
  process.exit(1);
}

for (const name of asked.length > 0 ? asked : available) {
  const finished = await run(process.execPath, ["--expose-gc", `${root}bench/${name}.bench.ts`]);
  process.stdout.write(finished.stdout);
  const missed = finished.stdout.split("\n").filter((line) => line.startsWith("{") && isMissed(line));
  if (finished.code !== 0) console.error(`bench ${name} ended with ${finished.code}\n${finished.stderr}`);
  for (const line of missed) console.error(`target missed: ${line}`);
  if (finished.code !== 0 || missed.length > 0) process.exitCode = 1;
}

function isMissed(line: string): boolean {
  return (JSON.parse(line) as { ok?: boolean }).ok === false;
}
