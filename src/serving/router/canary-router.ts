import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { Outcome } from "../../contracts/prediction-log.ts";
import type { RolloutPlan } from "../../contracts/rollout.ts";
import { SluiceError } from "../../core/errors.ts";
import { silentLogger } from "../../core/logger.ts";
import { requireArgument } from "../../core/known-arguments.ts";
import { printable, printsAsText } from "../../core/printable.ts";
import { canary } from "../canary.ts";
import { soundPlan } from "../sound-plan.ts";
import { requireAsked, requireBatch, requireOutcomes, requireRouter, requireRouterCall } from "../serving-calls.ts";
import { Turns } from "../turns.ts";
import type { RequestBatch } from "./answer-batch.ts";
import { BackgroundStore } from "./background-store.ts";
import { BatchAnswerer } from "./batch-answerer.ts";
import { recordedRefusal } from "./recorded-refusal.ts";
import { type Challenger, challengerNumber } from "./challenger-number.ts";
import { ChampionHolder } from "./champion-holder.ts";
import { MicroBatcher } from "./micro-batcher.ts";
import type { Prediction, PredictionResult } from "./prediction.ts";
import { RolloutDesk } from "./rollout-desk.ts";
import { rolloutStatus } from "./rollout-status.ts";
import type { CanaryRouterOptions, PredictManyOptions, PredictOptions, RouterStatus } from "./router-options.ts";
import { routerText } from "./router-text.ts";
import { UseCount } from "./use-count.ts";

const refreshing = "looking for a new champion failed; the loaded one goes on serving";
const shadowing = "shadow prediction failed";

/** What is asked with nothing beside the request. */
const plainly: PredictOptions = {};

/** Unlogged predictions at which answers wait for the log. */
const fullRows = 50_000;

/**
 * Serves a model's champion, and a challenger by a rollout plan: the same unit is always answered by the same arm, a
 * failing challenger is covered by the champion, and the verdict holds however often it is looked at.
 *
 * Predictions are logged in the background: `kill -9` loses at most those of the last 250 ms (or the last 1,000, if
 * that is longer) together with what the rollout learnt from them; outcomes and verdicts are stored before the call or
 * the event that tells of them. `flush()` and `close()` leave nothing unstored. When the log fails, predictions stay
 * buffered; with 50,000 of them nothing is answered until it works again.
 */
export class CanaryRouter<Request, Output> {
  readonly #options: CanaryRouterOptions<Request, Output>;
  readonly #model: ModelDefinition<string, Request, Output>;
  readonly #desk: RolloutDesk;
  readonly #answerer: BatchAnswerer<Request, Output>;
  readonly #batcher: MicroBatcher<
    { readonly request: Request; readonly atMs: number | undefined },
    PredictionResult<Output>
  >;
  readonly #storing: BackgroundStore;
  readonly #turns: Turns = new Turns();
  readonly #inFlight: UseCount = new UseCount();
  #champion: ChampionHolder | undefined;
  #refreshedAtMs: number = Number.NEGATIVE_INFINITY;
  #closed: boolean = false;

  /** Errors: `argument/invalid` for what it cannot be made of. */
  constructor(options: CanaryRouterOptions<Request, Output>) {
    requireRouter(options);
    this.#options = options;
    printsAsText(this);
    this.#model = options.model;
    this.#desk = new RolloutDesk(options.model, options);
    this.#storing = new BackgroundStore({
      store: () => this.#store(),
      rows: () => this.#answerer.buffer.rows,
      logger: options.logger ?? silentLogger,
      model: options.model.name,
    });
    this.#answerer = new BatchAnswerer(options, {
      onProgress: () => this.#storeSoon(),
      onShadowError: (error) => this.#storing.note(shadowing, error),
    });
    this.#batcher = new MicroBatcher((items) => this.#answerItems(items), options.maxBatch ?? 256);
  }

  /**
   * Loads the champion and goes on with a rollout that has not ended. Errors: `serving/no-champion`,
   * `certificate/missing`, `certificate/invalid`, `artifact/corrupt`, `features/hash-mismatch`.
   */
  async start(): Promise<void> {
    await this.#turns.run(async () => {
      if (this.#champion !== undefined) return;
      const { source, runtimes, clock } = this.#options;
      const champion = await ChampionHolder.load(this.#model, source, runtimes, clock);
      this.#refreshedAtMs = this.#options.clock.nowMs();
      try {
        await this.#desk.resume(champion.slot.version);
      } catch (error) {
        await champion.close();
        throw error;
      }
      this.#champion = champion;
    });
  }

  /** Answers one request; those that come while others are being answered share the next batch. A new champion is looked for beside it. Errors: `serving/invalid-request`, `serving/prediction-failed`, `serving/closed`, `argument/invalid`. */
  async predict(request: Request, options: PredictOptions = plainly): Promise<Prediction<Output>> {
    if (options !== plainly) requireAsked(options);
    const result = await this.#batcher.add({ request, atMs: options.atMs }, options.signal);
    if (result.ok) return result.prediction;
    throw result.error;
  }

  /**
   * Answers many requests with one read of features and one call of each arm's model; each row has its own result.
   * Waits for the shadow predictions of the batch before, so that a replay sees the same rollout every time. Errors: `serving/closed`, `argument/invalid`.
   */
  async predictMany(
    requests: readonly Request[],
    options: PredictManyOptions = {},
  ): Promise<readonly PredictionResult<Output>[]> {
    requireBatch(requests, options);
    await this.#answerer.lane.idle();
    await this.#storing.settled();
    this.#started();
    await this.#refreshIfDue();
    return await this.#answer({ requests, atMs: options.atMs, signal: options.signal });
  }

  /** Stores the truth about a prediction, durably, and tells the rollout. Errors: `argument/invalid`. */
  async outcome(
    predictionId: string,
    values: Outcome["values"],
    options: { readonly timeMs?: number } = {},
  ): Promise<void> {
    requireRouterCall("outcome", options);
    await this.outcomes([{ predictionId, values, timeMs: options.timeMs ?? this.#options.clock.nowMs() }]);
  }

  /** Stores many truths, durably, and tells the rollout. Errors: `argument/invalid`: then none is stored. */
  async outcomes(outcomes: readonly Outcome[]): Promise<void> {
    requireOutcomes("router.outcomes()", outcomes);
    await this.#options.log.outcomes(this.#model.name, outcomes);
    this.#desk.session?.observeOutcomes(outcomes);
    this.#storeSoon();
  }

  /**
   * Starts the rollout of a candidate, given as its version or the number of it; starting the running one again changes nothing. A refusal goes
   * on record (`rollout.refused`). Errors:
   * `serving/not-certified`, `serving/rollout-active`, `argument/invalid` (no version of this model), `definition/invalid` (no plan of a rollout), and those of loading a version.
   */
  async startRollout(
    version: Challenger,
    plan?: RolloutPlan,
    options: { readonly actor?: string } = {},
  ): Promise<void> {
    requireRouterCall("startRollout", options);
    const { actor = "system" } = options;
    requireArgument("router.startRollout()", "actor", actor, "text");
    const champion = this.#started().slot.version;
    await recordedRefusal(this.#options, { model: this.#model.name, challenger: version, actor }, async () => {
      const challenger = challengerNumber(this.#model.name, version);
      const salt = `${this.#options.salt ?? this.#model.name}@${challenger}`;
      const chosen = soundPlan("router.startRollout()", plan === undefined ? (this.#options.plan ?? canary()) : plan);
      await this.#turns.run(() => this.#desk.begin({ champion, challenger, plan: chosen, salt, actor }));
    });
  }

  /** Ends the rollout; the champion answers everything. Errors: `serving/no-rollout`, `argument/invalid`. */
  async abort(options: { readonly actor: string; readonly reason: string }): Promise<void> {
    requireRouterCall("abort", options);
    for (const name of ["actor", "reason"] as const) requireArgument("router.abort()", name, options[name], "text");
    this.#started();
    await this.#turns.run(() => this.#desk.abort({ actor: options.actor, reason: options.reason }));
  }

  /** Looks for a new champion and for what other processes decided. Requests in flight finish on the version they began with. */
  refresh(): Promise<void> {
    return this.#turns.run(() => this.#refresh());
  }

  async #refresh(): Promise<void> {
    const champion = this.#started();
    this.#refreshedAtMs = this.#options.clock.nowMs();
    if (await champion.refresh()) await this.#desk.reconcile(champion.slot.version);
    else await this.#desk.sync();
    this.#storing.clear(refreshing);
  }

  /** Where the router stands. */
  status(): RouterStatus {
    const state = this.#desk.state;
    const status: RouterStatus = {
      model: this.#model.name,
      champion: this.#started().slot.version,
      rollout: state === undefined ? undefined : rolloutStatus(state),
      ...this.#answerer.counts,
      shadowDropped: this.#answerer.lane.droppedRows,
      unlogged: this.#answerer.buffer.rows,
      problem: this.#storing.problem,
    };
    return printable(status, routerText);
  }

  /** Where it stands, in lines for a person: what `console.log` shows. */
  toString(): string {
    const state = this.#closed ? "closed" : this.#champion === undefined ? "not started" : undefined;
    return state === undefined ? String(this.status()) : `Router of "${this.#model.name}": ${state}`;
  }

  /** Stores every prediction answered and everything observed so far, shadow predictions included; rejects when that fails, and then nothing was dropped. */
  async flush(): Promise<void> {
    await this.#answerer.lane.idle();
    await this.#storing.now();
  }

  /** Answers no more, stores what is buffered and disposes the models. A running rollout goes on when the router is opened again. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#storing.close();
    await this.#turns.idle();
    await this.#inFlight.none();
    await this.flush();
    await this.#desk.close();
    await this.#champion?.close();
  }

  async #answerItems(
    items: readonly { readonly request: Request; readonly atMs: number | undefined }[],
  ): Promise<readonly PredictionResult<Output>[]> {
    this.#started();
    void this.#refreshIfDue();
    const now = this.#options.clock.nowMs();
    const isTimed = items.some(({ atMs }) => atMs !== undefined);
    const atMs = isTimed ? Float64Array.from(items, (item) => item.atMs ?? now) : undefined;
    return await this.#answer({ requests: items.map(({ request }) => request), atMs, signal: undefined });
  }

  async #answer(batch: RequestBatch<Request>): Promise<readonly PredictionResult<Output>[]> {
    this.#started();
    if (this.#answerer.buffer.rows >= fullRows) await this.#storing.now();
    const release = this.#inFlight.acquire();
    try {
      return await this.#answerer.answer(batch, this.#started().slot, this.#desk.session);
    } finally {
      release();
    }
  }

  /** A due look for a new champion; a failure lets the loaded one go on serving. */
  async #refreshIfDue(): Promise<void> {
    const { clock, refreshEveryMs = 1000 } = this.#options;
    if (this.#turns.isBusy || clock.nowMs() - this.#refreshedAtMs < refreshEveryMs) return;
    try {
      await this.refresh();
    } catch (error) {
      this.#storing.note(refreshing, error);
    }
  }

  #storeSoon(): void {
    if (this.#desk.isUnsettled) this.#storing.hurry();
    this.#storing.schedule();
  }

  async #store(): Promise<void> {
    await this.#answerer.buffer.flush();
    await this.#desk.settle();
  }

  #started(): ChampionHolder {
    const champion = this.#champion;
    if (champion !== undefined && !this.#closed) return champion;
    throw new SluiceError("serving/closed", {
      found: this.#closed ? "a router that was closed" : "a router that was not started",
      expected: "a started router",
      fix: "Call start() before, and nothing after close().",
    });
  }
}
