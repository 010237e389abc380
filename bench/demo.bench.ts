import { existsSync, readFileSync } from "node:fs";
import { root } from "../scripts/entries.ts";
import { run } from "../scripts/run.ts";
import { onceMs, withFolder } from "./measure.ts";
import { report } from "./report.ts";

// The main job: `npm run demo` as a child process, its wall time and the peak memory of its largest process.

const bench = "demo";
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/** A module that makes every Node process below leave its largest resident set, KiB, in a file as it ends. */
function peakRecorder(file: string): string {
  const code = `import { appendFileSync } from "node:fs";
    process.on("exit", () => appendFileSync(${JSON.stringify(file)}, process.resourceUsage().maxRSS + "\\n"));`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

await withFolder(async (folder) => {
  const peaks = `${folder}/peaks`;
  const options = `${process.env["NODE_OPTIONS"] ?? ""} --import=${peakRecorder(peaks)}`.trim();
  let [code, stderr] = [-1, ""];
  const ms = await onceMs(async () => {
    ({ code, stderr } = await run(npm, ["run", "demo"], { timeoutMs: 600_000, env: { NODE_OPTIONS: options } }));
  });
  if (code !== 0) throw new Error(`npm run demo ended with ${code}\n${stderr}`);
  report({ bench, case: "npm run demo with its build, wall time", value: ms / 1000, unit: "s", atMost: 120 });
  const kib = readFileSync(peaks, "utf8").trim().split("\n").map(Number);
  report({ bench, case: "npm run demo, peak memory", value: (Math.max(...kib) * 1024) / 1e9, unit: "GB", atMost: 2.5 });
});

const summaryFile = `${root}.sluice-demo/summary.json`;
const summary: unknown = existsSync(summaryFile) ? JSON.parse(readFileSync(summaryFile, "utf8")) : undefined;
if (typeof summary !== "object" || summary === null || !("seconds" in summary) || typeof summary.seconds !== "number")
  throw new Error(`the demo left no figure of seconds in ${summaryFile}`);
report({ bench, case: "the demo's own seconds", value: summary.seconds, unit: "s", atMost: 120 });
