// Acts 2 and 3: features of the spring, two candidates, gates that pass one and refuse the other.
import type { TrainingSet } from "sluice";
import { columnOf, type Table } from "sluice/table";
import { delayModel, hourlessModel, service } from "../definitions.ts";
import { trainNetwork } from "../network.ts";
import { act, bar, count, say } from "../show.ts";
import { rowsBetween, sample, spineOf } from "../spine.ts";
import type { Stage } from "../stage.ts";
import { evaluate, toCandidate, toProduction, type Trained } from "./promote.ts";

/** What the spring leaves. */
export interface Spring {
  readonly flights: Table;
  readonly training: TrainingSet;
  readonly heldOut: TrainingSet;
}

/** All accepted flights so far. */
export async function readFlights({ ws }: Stage): Promise<Table> {
  const head = await ws.data.head("flights");
  if (head === undefined) throw new Error("no flights were committed");
  return await ws.data.read(head.digest);
}

/** Features for a seeded sample of a period. */
export async function trainingSet(
  { ws }: Stage,
  flights: Table,
  from: string,
  to: string,
  rows: number,
): Promise<TrainingSet> {
  const spine = spineOf(flights, sample(rowsBetween(flights, from, to), rows, `${from} ${to}`));
  return await ws.features.training(service, { spine, at: "date", onProgress: bar(`features ${from} – ${to}`) });
}

/** Trains, evaluates, promotes the first champion. */
export async function trainSpring(stage: Stage): Promise<Spring> {
  const { ws, summary } = stage;
  act("2  Features: point in time, for training and for holding out");
  const flights = await readFlights(stage);
  const training = await trainingSet(stage, flights, "2001-01-09", "2001-03-01", 240_000);
  const heldOut = await trainingSet(stage, flights, "2001-03-01", "2001-04-01", 100_000);
  summary.trainingRows = training.rows;
  summary.digests["feature service"] = service.hash;
  summary.digests["training set"] = training.digest;
  summary.digests["held-out set"] = heldOut.digest;
  say(
    `${count(training.rows)} training rows and ${count(heldOut.rows)} held out, ${training.features.length} features each`,
  );
  act("3  Training and gates: two candidates");
  const candidate = await train(stage, "network-16", training, 16, 4);
  const hasty = await train(stage, "hasty-network", training, 16, 1, 1500);
  const version = await toCandidate(stage, candidate, heldOut);
  await toCandidate(stage, hasty, heldOut);
  if (version === undefined) throw new Error("the first candidate did not pass its gates");
  const { passed, reasons } = await toProduction(stage, version);
  if (!passed) throw new Error(`the first candidate did not reach production: ${reasons.join("; ")}`);
  say(`version ${version.version} is in production, approved and certified`);
  const { run, value } = await trainNetwork(ws, {
    name: "network-without-hour",
    training,
    vector: hourlessModel.vector,
    units: 16,
    epochs: 4,
    seed: "hourless",
  });
  const hourless = await ws.registry.evaluate(hourlessModel, value, heldOut, {
    label: "late",
    metrics: ["auc"],
    against: "none",
  });
  const auc = hourless.metrics["auc"];
  summary.auc.withoutHour = auc !== undefined && "value" in auc ? auc.value : Number.NaN;
  say(`without the hour of departure (run ${run.id.slice(0, 8)}): AUC ${summary.auc.withoutHour.toFixed(4)}`);
  const late = columnOf(heldOut.table, "late", "f64").values.reduce((a, b) => a + b, 0);
  say(`${((100 * late) / heldOut.rows).toFixed(1)}% of the held-out flights are late`);
  return { flights, training, heldOut };
}

/** Trains a network with the demo's vector. */
export async function train(
  stage: Stage,
  name: string,
  training: TrainingSet,
  units: number,
  epochs: number,
  rows?: number,
): Promise<Trained> {
  const { run, value } = await trainNetwork(stage.ws, {
    name,
    training,
    vector: delayModel.vector,
    units,
    epochs,
    seed: name,
    ...(rows === undefined ? {} : { rows }),
  });
  return { name, run, net: value };
}

/** The AUC of a network on a set. */
export async function aucOf(stage: Stage, trained: Trained, on: TrainingSet): Promise<number> {
  const report = await evaluate(stage, trained, on);
  const auc = report.metrics["auc"];
  return auc !== undefined && "value" in auc ? auc.value : Number.NaN;
}
