import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { seededRandom } from "../../src/core/random.ts";
import { ExperimentTracker } from "../../src/training/tracking/experiment-tracker.ts";
import { openTrainingParts, temporaryFolder } from "../support/training-parts.ts";

const script = fileURLToPath(new URL("../support/metric-writer.ts", import.meta.url));

interface Killed {
  readonly run: string;
  readonly acknowledged: number;
}

/** Runs the writer, kills it `afterMs` after its first acknowledged flush, and answers what it had acknowledged. */
async function killAfter(folder: string, afterMs: number): Promise<Killed> {
  const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  let started = false;
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    if (started || !output.includes("flushed")) return;
    started = true;
    setTimeout(() => child.kill("SIGKILL"), afterMs);
  });
  await new Promise((resolve) => {
    child.on("close", resolve);
  });
  const acknowledged = [...output.matchAll(/flushed (\d+)\n/g)].map((match) => Number(match[1]));
  return { run: /run (\S+)\n/.exec(output)?.[1] ?? "", acknowledged: Math.max(0, ...acknowledged) };
}

test("kill -9 at 20 seeded moments: every point acknowledged by a flush is there, in order, and both metrics agree", async () => {
  const random = seededRandom("kill");
  const folder = temporaryFolder();
  try {
    for (let i = 0; i < 20; i++) {
      const { run, acknowledged } = await killAfter(folder.path, random.next() * 60);
      expect(acknowledged).toBeGreaterThan(0);
      const parts = await openTrainingParts(folder.path);
      const tracker = new ExperimentTracker(parts);
      const points = await tracker.metrics(run, "i");
      expect(points.length).toBeGreaterThanOrEqual(acknowledged);
      expect(points.map(({ value }) => value)).toEqual(points.map((_, at) => at));
      expect(await tracker.metrics(run, "twice")).toHaveLength(points.length);
      expect((await tracker.record(run)).status).toBe("running");
      await parts.metadata.close();
    }
  } finally {
    folder.remove();
  }
}, 240_000);
