import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "../../src/training/pipelines/pipeline.ts";
import { PipelineRunner } from "../../src/training/pipelines/pipeline-runner.ts";
import { step } from "../../src/training/pipelines/step.ts";
import { openTrainingParts } from "./training-parts.ts";

// Starts or resumes one pipeline of five steps; each start of a step is logged to a file before its work.
const folder = process.argv[2] ?? ".";
const runner = new PipelineRunner({ ...(await openTrainingParts(folder)), leaseMs: 40, concurrency: 2 });
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 8));
const started = (name: string): void => appendFileSync(join(folder, "starts.log"), `${name}\n`);

const work = async <T>(name: string, value: T): Promise<T> => {
  started(name);
  await pause();
  return value;
};
const a = step({ name: "a", run: async () => await work("a", 1) });
const b = step({ name: "b", needs: [a], run: async (_, i) => await work("b", i.a + 1) });
const c = step({ name: "c", needs: [a], run: async (_, i) => await work("c", i.a + 2) });
const d = step({ name: "d", needs: [b, c], run: async (_, i) => await work("d", i.b * 10 + i.c) });
const e = step({ name: "e", needs: [d], run: async (_, i) => await work("e", { total: i.d }) });
runner.define(pipeline("five", [a, b, c, d, e]));

const { pipelineRunId } = await runner.start({ pipeline: "five", dedupeKey: "only", cause: "test" });
process.stdout.write(`recorded ${pipelineRunId}\n`);
for (;;) {
  await runner.resume();
  const { status } = await runner.record(pipelineRunId);
  if (status !== "running") break;
  await pause();
}
process.stdout.write(`ended ${JSON.stringify(await runner.wait(pipelineRunId))}\n`);
