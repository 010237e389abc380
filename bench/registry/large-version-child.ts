import { randomFillSync } from "node:crypto";
import { linearRuntime } from "../../src/backends/function/linear-runtime.ts";
import {
  delayModel,
  makeChampion,
  openRegistry,
  trackedRun,
  trained,
  trainingSet,
} from "../../test/registry/registry-fixture.ts";

// A registry in a folder, with a version in production of which one file has so many random bytes.

const [folder = "", size = ""] = process.argv.slice(2);
await largeVersion(folder, Number(size));

async function largeVersion(path: string, sizeBytes: number): Promise<void> {
  const { registry, evaluator, options, close, ...fixture } = await openRegistry({ folder: path, keep: true });
  const { format, files } = await linearRuntime().save(trained(0.8));
  const bytes = randomFillSync(new Uint8Array(sizeBytes));
  const artifact = { format, files: [...files, { path: "weights.bin", bytes }] };
  const evaluation = await evaluator.evaluate(delayModel, artifact, trainingSet("held out"), {
    label: "late",
    metrics: ["auc", "logLoss"],
  });
  const run = await trackedRun(options, "large", artifact);
  const version = await registry.register(delayModel, { run, artifact, evaluation, author: "ada" });
  await makeChampion({ registry, evaluator, options, close, ...fixture }, version);
  await close();
}
