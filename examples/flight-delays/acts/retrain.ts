// The pipeline that an alert starts: five steps from the newest flights to a candidate. Nothing in it passes a gate more easily.
import { type ModelVersion, pipeline, step, type TrainingSet } from "sluice";
import type { Table } from "sluice/table";
import type { Stage } from "../stage.ts";
import { toCandidate, type Trained } from "./promote.ts";
import { train, trainingSet } from "./train.ts";

const dayMs = 86_400_000;

/** What a retraining left. */
export interface Retraining {
  trained: Trained | undefined;
  version: ModelVersion | undefined;
  training: TrainingSet | undefined;
}

/** Defines the pipeline over the flights known so far. */
export async function defineRetraining(stage: Stage, flights: () => Table): Promise<Retraining> {
  const left: Retraining = { trained: undefined, version: undefined, training: undefined };
  let times = 0;
  const period = step({
    name: "period",
    run: () => {
      const today = Math.floor(stage.clock.nowMs() / dayMs) * dayMs;
      return { from: day(today - 45 * dayMs), heldOutFrom: day(today - 8 * dayMs), to: day(today - dayMs) };
    },
  });
  const learn = step({
    name: "train",
    needs: [period],
    retries: 1,
    run: async (_context, { period: { from, heldOutFrom } }) => {
      const training = await trainingSet(stage, flights(), from, heldOutFrom, 240_000);
      left.training = training;
      times += 1;
      const name = times === 1 ? "retrained-network" : `retrained-network, time ${times}`;
      left.trained = await train(stage, name, training, 16, 4);
      return { run: left.trained.run.id, trainingSet: training.digest };
    },
  });
  const hold = step({
    name: "hold out",
    needs: [period],
    retries: 1,
    cacheKey: "v1",
    run: (_context, { period: { heldOutFrom, to } }) => ({ from: heldOutFrom, to }),
  });
  const gate = step({
    name: "gates",
    needs: [learn, hold],
    run: async (_context, inputs) => {
      if (left.trained === undefined) throw new Error("the training step has to run first");
      const heldOut = await trainingSet(stage, flights(), inputs["hold out"].from, inputs["hold out"].to, 60_000);
      left.version = await toCandidate(stage, left.trained, heldOut);
      return { version: left.version?.version ?? null };
    },
  });
  const report = step({
    name: "report",
    needs: [gate],
    run: (context, { gates: { version } }) => ({ version, cause: context.cause }),
  });
  await stage.ws.pipelines.define(pipeline("retrain-flight-delay", [period, learn, hold, gate, report]));
  return left;
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
