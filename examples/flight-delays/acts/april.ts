// Act 4: April as live traffic. A good challenger is promoted; two broken ones are rolled back by themselves.
import { delayModel, inputs, service } from "../definitions.ts";
import { swapsInputs, throwsOnOneIn } from "../broken-runtimes.ts";
import { act, bar, count, say } from "../show.ts";
import { at, rowsBetween } from "../spine.ts";
import type { Stage } from "../stage.ts";
import { replay, type Traffic } from "../traffic.ts";
import { toCandidate, type Trained } from "./promote.ts";
import { Rollouts, type Turn } from "./rollout.ts";
import { type Spring, train } from "./train.ts";

/** Replays April 1–8; returns the router, still serving. */
export async function serveApril(
  stage: Stage,
  spring: Spring,
): Promise<{ readonly traffic: Traffic; readonly champion: Trained }> {
  const { ws, clock, live, summary } = stage;
  act("4  Serving: April as live traffic, three challengers");
  clock.set(at("2001-04-01"));
  await ws.features.materialize(service, { to: at("2001-04-01") });
  const router = await ws.serving.router(delayModel, {
    unit: (r) => String(r.flight),
    runtime: live,
    refreshEveryMs: Number.POSITIVE_INFINITY,
  });
  const traffic: Traffic = { ws, clock, router, flights: spring.flights };
  const requests = rowsBetween(spring.flights, "2001-04-01", "2001-04-08");
  const good = await challenger(stage, spring, "network-32", 32, 4);
  let rollouts: Rollouts | undefined;
  const served = await replay(traffic, {
    requests,
    known: rowsBetween(spring.flights, "2001-03-30", "2001-04-08"),
    onProgress: bar("April 1–7"),
    onBatch: async (answered) => {
      if (answered < 2000) return true;
      rollouts ??= new Rollouts(stage, router, [good.turn]);
      await rollouts.step();
      if (rollouts.done && summary.rollouts.length === 1)
        rollouts = new Rollouts(stage, router, await broken(stage, spring));
      return true;
    },
  });
  rollouts?.close();
  await router.flush();
  summary.requests.april = served.requests;
  say(`${count(served.requests)} requests answered, ${count(served.failed)} failed`);
  return { traffic, champion: good.trained };
}

async function broken(stage: Stage, spring: Spring): Promise<readonly Turn[]> {
  const swapped = await challenger(stage, spring, "network-24, inputs swapped live", 24, 3);
  const throwing = await challenger(stage, spring, "network-28, throws on 3% live", 28, 3);
  const distance = inputs.indexOf("prepared.distance");
  const hour = inputs.indexOf("prepared.hour");
  return [
    { ...swapped.turn, spoil: () => stage.live.spoilNext(swapsInputs(hour, distance)) },
    { ...throwing.turn, spoil: () => stage.live.spoilNext(throwsOnOneIn(33)) },
  ];
}

async function challenger(
  stage: Stage,
  spring: Spring,
  name: string,
  units: number,
  epochs: number,
): Promise<{ readonly turn: Turn; readonly trained: Trained }> {
  const trained = await train(stage, name, spring.training, units, epochs);
  const version = await toCandidate(stage, trained, spring.heldOut);
  if (version === undefined) throw new Error(`${name} did not pass its gates`);
  return { turn: { name, version }, trained };
}
