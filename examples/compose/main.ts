// The whole loop without openWorkspace: every class wired by its constructor, over SQLite and files in one folder.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { labelledMatrix } from "sluice/table";
import { fitLogistic } from "sluice/training";
import { sliceRows } from "sluice/table";
import { rowsSource } from "sluice/data";
import { lateModel, leavesAt, service, tripRows, trips } from "../trips.ts";
import { wire } from "./wire.ts";

const folder = await mkdtemp(join(tmpdir(), "sluice-example-"));
const house = await wire(folder);

for (const [from, to] of [
  [0, 1500],
  [1500, 3000],
] as const)
  console.log((await house.ingest.ingest(trips, rowsSource(tripRows(from, to)))).summary.split("\n")[0]);

const head = await house.datasets.head("trips");
if (head === undefined) throw new Error("two batches were committed");
const all = await house.datasets.read(head.digest);
const past = await house.features.training(service, { spine: sliceRows(all, 0, 2000), at: "left" });
const heldOut = await house.features.training(service, { spine: sliceRows(all, 2000, 3000), at: "left" });

const { run, value: artifact } = await house.experiments.run("late", { data: past }, async () =>
  fitLogistic(labelledMatrix(past.table, lateModel.vector, "late")),
);
const evaluation = await house.evaluator.evaluate(lateModel, artifact, heldOut, { label: "late", metrics: ["auc"] });
const version = await house.registry.register(lateModel, { run, artifact, evaluation, author: "ann" });
for (const stage of ["staging", "candidate", "production"] as const) {
  await house.registry.approve(version, stage, { approver: "bob", role: "owner", comment: "looked at the report" });
  const result = await house.registry.promote(version, stage, { actor: "ann", reason: "example" });
  console.log(stage, result.outcome);
}

await house.features.materialize(service, { to: leavesAt(3000) });
const router = house.router(lateModel, ({ trip }) => String(trip));
await router.start();
const answer = await router.predict({ trip: 3000, depot: "D1", km: 20 }, { atMs: leavesAt(3000) });
await router.outcome(answer.predictionId, { late: true });
await router.close();
console.log(`version ${answer.version} says`, answer.output);

for await (const batch of house.predictions.read("late", 0, leavesAt(4000)))
  console.log(`${batch.rows} prediction in the log`);
const windows = await house.monitoring.evaluate({ untilMs: leavesAt(4000) });
console.log(`${windows.length} windows judged: no monitor is armed`);
const verdict = await house.audit.verify();
console.log(`audit valid: ${verdict.valid}, ${verdict.events} events`);

await house.close();
await rm(folder, { recursive: true });
