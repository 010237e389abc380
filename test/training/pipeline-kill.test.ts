import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { seededRandom } from "../../src/core/random.ts";
import { openTrainingParts, temporaryFolder } from "../support/training-parts.ts";

const script = fileURLToPath(new URL("../support/pipeline-worker.ts", import.meta.url));

/** Runs the worker; kills it `killAfterMs` after it has recorded its request, unless that is `undefined`. */
async function runWorker(folder: string, killAfterMs: number | undefined): Promise<string> {
  const child = spawn(process.execPath, [script, folder], { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  let armed = killAfterMs === undefined;
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
    if (armed || !output.includes("recorded")) return;
    armed = true;
    setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  });
  await new Promise((resolve) => {
    child.on("close", resolve);
  });
  return output;
}

test("kill -9 at 20 seeded moments: the pipeline resumes, ends as undisturbed, and was started and audited once", async () => {
  const random = seededRandom("pipeline-kill");
  let interrupted = 0;
  for (let round = 0; round < 10; round++) {
    const folder = temporaryFolder();
    try {
      for (let kill = 0; kill < 2; kill++) {
        if (!(await runWorker(folder.path, random.next() * 45)).includes("ended")) interrupted++;
      }
      const output = await runWorker(folder.path, undefined);
      const ended = JSON.parse(/ended (.*)\n/.exec(output)?.[1] ?? "null");
      expect(ended).toMatchObject({ status: "succeeded", outputs: { a: 1, b: 2, c: 3, d: 23, e: { total: 23 } } });
      const starts = readFileSync(join(folder.path, "starts.log"), "utf8").trim().split("\n");
      for (const name of ["a", "b", "c", "d", "e"]) {
        const count = starts.filter((start) => start === name).length;
        expect(count).toBeGreaterThanOrEqual(1);
        expect(count).toBeLessThanOrEqual(3);
      }
      const parts = await openTrainingParts(folder.path);
      expect(await parts.ledger.audit.verify()).toMatchObject({ valid: true, events: 2 });
      expect((await parts.ledger.audit.read()).map(({ kind }) => kind)).toEqual([
        "retraining.started",
        "pipeline.ended",
      ]);
      await parts.metadata.close();
    } finally {
      folder.remove();
    }
  }
  expect(interrupted).toBeGreaterThan(5);
}, 240_000);
