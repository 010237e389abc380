// Act 7: May and June under monitors; the season changes, a feed breaks, and the answer is a retrained model through the same gates.
// Which monitors fire is up to the data: only the broken feed is staged, from a recorded request on.
import { delayModel, service } from "../definitions.ts";
import { act, bar, count, say } from "../show.ts";
import { at, rowsBetween } from "../spine.ts";
import type { Stage } from "../stage.ts";
import { type ReplayOptions, replay, type Traffic } from "../traffic.ts";
import { armAll, monitors, referenceOf } from "./monitors.ts";
import { defineRetraining, type Retraining } from "./retrain.ts";
import { Rollouts } from "./rollout.ts";
import { aucOf, readFlights, type Spring, trainingSet } from "./train.ts";
import type { Trained } from "./promote.ts";

const everyFlight = 10;
const brokenFrom = "2001-06-12";
const batchesPerLook = 2;

/** Replays a tenth of May's and June's flights as traffic; all flights are pushed as they land. */
export async function watchSummer(stage: Stage, spring: Spring, champion: Trained): Promise<void> {
  const { ws, clock, live, summary } = stage;
  act("7  Monitoring: May and June, one flight in ten asks");
  const flights = await readFlights(stage);
  const retraining = await defineRetraining(stage, () => flights);
  const april = { fromMs: at("2001-04-01"), toMs: at("2001-04-08") };
  await armAll(stage, await referenceOf(stage, spring.training, april), at("2001-05-01"));
  clock.set(at("2001-05-01"));
  await ws.features.materialize(service, { to: at("2001-05-01") });
  const router = await ws.serving.router(delayModel, {
    unit: (r) => String(r.flight),
    runtime: live,
    refreshEveryMs: Number.POSITIVE_INFINITY,
  });
  const traffic: Traffic = { ws, clock, router, flights };
  const requests = rowsBetween(flights, "2001-05-01", "2001-07-01").filter((_, index) => index % everyFlight === 0);
  const watch = new Watch(stage, traffic, retraining, requests);
  const served = await replay(traffic, {
    requests,
    known: rowsBetween(flights, "2001-04-29", "2001-07-01"),
    onProgress: bar("May and June"),
    feed: watch.feed,
    onBatch: watch.onBatch,
  });
  watch.close();
  await router.close();
  summary.requests.summer = served.requests;
  say(`${count(served.requests)} requests answered, ${count(served.failed)} failed`);
  await report(stage);
  if (retraining.trained === undefined) return;
  const later = await trainingSet(stage, flights, "2001-06-23", "2001-07-01", 60_000);
  summary.auc.champion = await aucOf(stage, champion, later);
  summary.auc.retrained = await aucOf(stage, retraining.trained, later);
  say(
    `June 23–30: AUC ${summary.auc.champion.toFixed(4)} of April's champion, ${summary.auc.retrained.toFixed(4)} of the network that was retrained last`,
  );
}

async function report({ ws, summary }: Stage): Promise<void> {
  for (const { id } of monitors()) {
    const windows = await ws.monitoring.windows(id);
    const bad = windows.filter((window) => window.outcome === "bad").length;
    const fired = (await ws.monitoring.alerts(id)).length > 0;
    summary.monitors.push({ monitor: id, windows: windows.length, bad, fired });
  }
  const named = (fired: boolean): string =>
    summary.monitors
      .filter((one) => one.fired === fired)
      .map((one) => `${one.monitor} (${one.bad} of ${one.windows} windows bad)`)
      .join(", ") || "none";
  say(`monitors that fired: ${named(true)}`);
  say(`monitors that did not: ${named(false)}`);
}

/** Looks at the monitors while traffic flows, breaks the feed, repairs it after the alert, and rolls the retrained model out. */
class Watch {
  readonly #stage: Stage;
  readonly #traffic: Traffic;
  readonly #retraining: Retraining;
  readonly #brokenAt: number;
  #pending: string | undefined;
  #feedAlertAt: number | undefined;
  #seen = new Set<string>();
  #rollouts: Rollouts | undefined;
  #rebased = false;

  constructor(stage: Stage, traffic: Traffic, retraining: Retraining, requests: Int32Array) {
    this.#stage = stage;
    this.#traffic = traffic;
    this.#retraining = retraining;
    this.#brokenAt =
      requests.length -
      rowsBetween(traffic.flights, brokenFrom, "2001-07-01").filter((_, i) => i % everyFlight === 0).length;
    stage.ws.on("retraining.started", ({ run }) => {
      this.#pending = run;
    });
  }

  /** From the recorded request on distances arrive in kilometres, until the alert. */
  readonly feed: NonNullable<ReplayOptions["feed"]> = (request, index) => {
    if (index < this.#brokenAt || this.#feedAlertAt !== undefined) return request;
    if (index === this.#brokenAt) say(`staged: from request ${count(index)} on distances arrive in kilometres`);
    return { ...request, distance: request.distance * 1.609344 };
  };

  readonly onBatch: NonNullable<ReplayOptions["onBatch"]> = async (answered) => {
    if (answered % (250 * batchesPerLook) === 0) await this.#look(answered);
    await this.#rollouts?.step();
    return true;
  };

  /** Says what became of a rollout that traffic ran out on. */
  close(): void {
    this.#rollouts?.close();
  }

  async #look(answered: number): Promise<void> {
    const { ws, summary } = this.#stage;
    await this.#traffic.router.flush();
    await ws.monitoring.evaluate();
    for (const alert of await ws.monitoring.alerts()) {
      if (this.#seen.has(alert.id)) continue;
      this.#seen.add(alert.id);
      summary.alerts.push({ monitor: alert.monitor, cause: alert.cause });
      say(`  "${alert.monitor}": seen after ${count(answered)} requests`);
      if (alert.monitor !== "distance-feed" || answered < this.#brokenAt) continue;
      this.#feedAlertAt = answered;
      summary.detectionDelayRows = answered - this.#brokenAt;
      say(`  the feed is repaired, ${count(summary.detectionDelayRows)} requests after it broke`);
      await ws.monitoring.resolve(alert.id, { actor: "ana", comment: "the feed sends miles again" });
    }
    await this.#retrain();
    await this.#rebase();
  }

  /** A new champion has a new reference: else its monitors would compare it with the old one's season for ever. */
  async #rebase(): Promise<void> {
    const { ws, summary, clock } = this.#stage;
    const { training } = this.#retraining;
    const promoted = summary.rollouts.some(
      (one) => one.challenger === "retrained-network" && one.outcome === "promoted",
    );
    if (!promoted || training === undefined || this.#rebased) return;
    this.#rebased = true;
    const now = clock.nowMs();
    for (const alert of await ws.monitoring.alerts()) {
      if (alert.state !== "resolved")
        await ws.monitoring.resolve(alert.id, { actor: "ana", comment: "retrained and promoted" });
    }
    await armAll(
      this.#stage,
      await referenceOf(this.#stage, training, { fromMs: now - 7 * 86_400_000, toMs: now }),
      now,
    );
    say("monitors rebased on the new champion's training set");
  }

  async #retrain(): Promise<void> {
    if (this.#pending === undefined) return;
    const run = this.#pending;
    this.#pending = undefined;
    const result = await this.#stage.ws.pipelines.wait(run);
    say(`retraining ${result.status}`);
    const { version } = this.#retraining;
    if (version === undefined) return;
    if (this.#rollouts === undefined)
      this.#rollouts = new Rollouts(this.#stage, this.#traffic.router, [{ name: "retrained-network", version }]);
    else say(`version ${version.version} stays a candidate: here only the first retrained model is rolled out`);
  }
}
