// Stage 3, training: two runs of an experiment over one training set, and a pipeline with a retried and a cached step.
import { pipeline, step } from "sluice";
import { labelledMatrix } from "sluice/table";
import { fitLogistic } from "sluice/training";
import { ingestTrips, lateModel, openExample, trainingSet } from "../trips.ts";

const { ws, remove } = await openExample();
await ingestTrips(ws, 0, 2000);
const past = await trainingSet(ws, 0, 2000);

for (const l2 of [1e-6, 1]) {
  const { run, value } = await ws.experiments.run("late", { params: { l2 }, data: past }, async (context) => {
    const rows = labelledMatrix(past.table, lateModel.vector, "late");
    const net = fitLogistic(rows, { l2 });
    context.metric("weight of the delay", net.weights[0] ?? 0);
    context.metric("excluded rows", rows.excluded);
    await context.artifact("model.json", new TextEncoder().encode(JSON.stringify(net)));
    return net;
  });
  console.log(
    `run ${run.id}: l2 ${l2}, bias ${value.bias.toFixed(3)}, trained on ${run.training?.digest.slice(0, 15)}…`,
  );
}
for (const { ref, status } of await ws.experiments.runs("late"))
  console.log(ref.id, status, (await ws.experiments.metrics(ref.id, "weight of the delay"))[0]?.value.toFixed(3));

// A pipeline's state is in the store: a request is recorded before it runs, and a crashed run is resumed by ws.tick().
let attempts = 0;
const count = step({ name: "count", cacheKey: "v1", run: () => past.rows });
const flaky = step({
  name: "flaky",
  needs: [count],
  retries: 2,
  backoffMs: 10,
  run: (_context, { count: rows }) => {
    attempts += 1;
    if (attempts < 2) throw new Error("not yet");
    return { rows, attempts };
  },
});
await ws.pipelines.define(pipeline("nightly", [flaky, count]));
const request = { pipeline: "nightly", dedupeKey: "2026-01-15", cause: "by hand" };
const { pipelineRunId } = await ws.pipelines.start(request);
const result = await ws.pipelines.wait(pipelineRunId);
console.log(result.status, result.status === "succeeded" ? JSON.stringify(result.outputs) : result.error);
const again = await ws.pipelines.start(request);
console.log(`asked again: ${again.started ? "started" : "already done"}`);
await remove();
