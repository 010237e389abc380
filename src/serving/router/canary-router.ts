import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { Outcome } from "../../contracts/prediction-log.ts";
import type { RolloutPlan } from "../../contracts/rollout.ts";
import { SluiceError } from "../../core/errors.ts";
import { silentLogger } from "../../core/logger.ts";
import { canary } from "../canary.ts";
import { PredictionBuffer } from "../log/prediction-buffer.ts";
import { shareOf } from "../rollout/rollout-state.ts";
import { type AnswerCounts, countAnswers } from "./answer-counts.ts";
import { answerBatch, type RequestBatch } from "./answer-batch.ts";
import { BackgroundStore } from "./background-store.ts";
import { ChampionHolder } from "./champion-holder.ts";
import { MicroBatcher } from "./micro-batcher.ts";
import type { Prediction, PredictionResult } from "./prediction.ts";
import { recordAnswers } from "./record-answers.ts";
import { RolloutDesk } from "./rollout-desk.ts";
import { rolloutStatus } from "./rollout-status.ts";
import type { CanaryRouterOptions, PredictManyOptions, PredictOptions, RouterStatus } from "./router-options.ts";
import { shadowAnswers, type ShadowRequest } from "./shadow-answers.ts";
import type { RolloutSession } from "./rollout-session.ts";
import { ShadowLane } from "./shadow-lane.ts";
import { UseCount } from "./use-count.ts";

/** Unlogged predictions at which answers wait for the log. */
const fullRows = 50_000;

/**
 * Serves a model's champion, and a challenger by a rollout plan: the same unit is always answered by the same arm, a
 * failing challenger is covered by the champion, and the verdict holds however often it is looked at.
 *
 * Predictions are logged in the background: `kill -9` loses at most those of the last 250 ms (or the last 1,000, if
 * that is longer) together with what the rollout learnt from them; outcomes and verdicts are stored before the call or
 * the event that tells of them. `flush()` and `close()` leave nothing unstored.
 */
export class CanaryRouter<Request, Output> {
  readonly #options: CanaryRouterOptions<Request, Output>;
  readonly #model: ModelDefinition<string, Request, Output>;
  readonly #desk: RolloutDesk;
  readonly #buffer: PredictionBuffer;
  readonly #lane: ShadowLane;
  readonly #batcher: MicroBatcher<
    { readonly request: Request; readonly atMs: number | undefined },
    PredictionResult<Output>
  >;
  readonly #storing: BackgroundStore;
  readonly #inFlight: UseCount = new UseCount();
  #counts: AnswerCounts = { answered: 0, failed: 0, fellBack: 0 };
  #champion: ChampionHolder | undefined;
  #refreshedAtMs: number = Number.NEGATIVE_INFINITY;
  #closed: boolean = false;

  constructor(options: CanaryRouterOptions<Request, Output>) {
    this.#options = options;
    this.#model = options.model;
    this.#desk = new RolloutDesk(options.model, options);
    this.#buffer = new PredictionBuffer(options.log);
    this.#storing = new BackgroundStore({
      store: () => this.#store(),
      rows: () => this.#buffer.rows,
      logger: options.logger ?? silentLogger,
      model: options.model.name,
    });
    this.#lane = new ShadowLane(options.shadowQueueRows ?? 4096, (error) =>
      this.#storing.note("shadow prediction failed", error),
    );
    this.#batcher = new MicroBatcher((items) => this.#answerItems(items), options.maxBatch ?? 256);
  }

  /**
   * Loads the champion and goes on with a rollout that has not ended. Errors: `serving/no-champion`,
   * `certificate/missing`, `certificate/invalid`, `artifact/corrupt`, `features/hash-mismatch`.
   */
  async start(): Promise<void> {
    if (this.#champion !== undefined) return;
    this.#champion = await ChampionHolder.load(this.#model, this.#options.source, this.#options.runtimes);
    this.#refreshedAtMs = this.#options.clock.nowMs();
    await this.#desk.resume(this.#champion.slot.version);
  }

  /** Answers one request; requests that come while others are being answered share the next batch. Errors: `serving/invalid-request`, `serving/prediction-failed`, `serving/closed`. */
  async predict(request: Request, options: PredictOptions = {}): Promise<Prediction<Output>> {
    const result = await this.#batcher.add({ request, atMs: options.atMs }, options.signal);
    if (result.ok) return result.prediction;
    throw result.error;
  }

  /**
   * Answers many requests with one read of features and one call of each arm's model; each row has its own result.
   * Waits for the shadow predictions of the batch before, so that a replay sees the same rollout every time.
   */
  async predictMany(
    requests: readonly Request[],
    options: PredictManyOptions = {},
  ): Promise<readonly PredictionResult<Output>[]> {
    await this.#lane.idle();
    await this.#storing.settled();
    return await this.#answer({ requests, atMs: options.atMs, signal: options.signal });
  }

  /** Stores the truth about a prediction, durably, and tells the rollout. */
  async outcome(
    predictionId: string,
    values: Outcome["values"],
    options: { readonly timeMs?: number } = {},
  ): Promise<void> {
    await this.outcomes([{ predictionId, values, timeMs: options.timeMs ?? this.#options.clock.nowMs() }]);
  }

  /** Stores many truths, durably, and tells the rollout. */
  async outcomes(outcomes: readonly Outcome[]): Promise<void> {
    await this.#options.log.outcomes(this.#model.name, outcomes);
    this.#desk.session?.observeOutcomes(outcomes);
    this.#settleIfDecided();
  }

  /**
   * Starts the rollout of a candidate; starting the running one again changes nothing. Errors: `serving/not-certified`,
   * `serving/rollout-active`, and those of loading a version.
   */
  async startRollout(challenger: number, plan?: RolloutPlan, options: { readonly actor?: string } = {}): Promise<void> {
    const champion = this.#started().slot.version;
    const salt = `${this.#options.salt ?? this.#model.name}@${challenger}`;
    const chosen = plan ?? this.#options.plan ?? canary();
    await this.#desk.begin({ champion, challenger, plan: chosen, salt, actor: options.actor ?? "system" });
  }

  /** Ends the rollout; the champion answers everything. Errors: `serving/no-rollout`. */
  async abort(options: { readonly actor: string; readonly reason: string }): Promise<void> {
    this.#started();
    await this.#desk.abort(options);
  }

  /** Looks for a new champion and for what other processes decided. Requests in flight finish on the version they began with. */
  async refresh(): Promise<void> {
    const champion = this.#started();
    this.#refreshedAtMs = this.#options.clock.nowMs();
    if (await champion.refresh()) await this.#desk.reconcile(champion.slot.version);
    else await this.#desk.sync();
  }

  /** Where the router stands. */
  status(): RouterStatus {
    const state = this.#desk.state;
    return {
      model: this.#model.name,
      champion: this.#started().slot.version,
      rollout: state === undefined ? undefined : rolloutStatus(state),
      ...this.#counts,
      shadowDropped: this.#lane.droppedRows,
      unlogged: this.#buffer.rows,
      problem: this.#storing.problem,
    };
  }

  /** Stores every prediction answered and everything observed so far, shadow predictions included; rejects when that fails, and then nothing was dropped. */
  async flush(): Promise<void> {
    await this.#lane.idle();
    await this.#storing.now();
  }

  /** Answers no more, stores what is buffered and disposes the models. A running rollout goes on when the router is opened again. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#inFlight.none();
    await this.flush();
    await this.#desk.close();
    await this.#champion?.close();
  }

  async #answerItems(
    items: readonly { readonly request: Request; readonly atMs: number | undefined }[],
  ): Promise<readonly PredictionResult<Output>[]> {
    const now = this.#options.clock.nowMs();
    const isTimed = items.some(({ atMs }) => atMs !== undefined);
    const atMs = isTimed ? Float64Array.from(items, (item) => item.atMs ?? now) : undefined;
    return await this.#answer({ requests: items.map(({ request }) => request), atMs, signal: undefined });
  }

  async #answer(batch: RequestBatch<Request>): Promise<readonly PredictionResult<Output>[]> {
    this.#started();
    await this.#refreshIfDue();
    if (this.#buffer.rows >= fullRows) await this.#storing.now();
    const champion = this.#started().slot;
    const session = this.#desk.session;
    const held = [this.#inFlight.acquire(), champion.acquire(), session?.challenger.acquire()];
    try {
      return await this.#answerWith(batch, champion, session);
    } finally {
      for (const release of held) release?.();
    }
  }

  async #answerWith(
    batch: RequestBatch<Request>,
    champion: ChampionHolder["slot"],
    session: RolloutSession | undefined,
  ): Promise<readonly PredictionResult<Output>[]> {
    const { features, unit, salt, timeoutMs = 1000, elapsedMs = monotonicMs, clock, ids } = this.#options;
    const model = this.#model;
    const state = session?.controller.state;
    const share = state === undefined ? 0 : shareOf(state);
    const stepIndex = state?.stepIndex ?? 0;
    const challenger = share > 0 ? session?.challenger : undefined;
    const salted = state?.salt ?? salt ?? model.name;
    const answered = await answerBatch(
      { model, features, unit, salt: salted, champion, challenger, share, timeoutMs, elapsedMs },
      batch,
    );
    const now = clock.nowMs();
    const timeMs = (at: number): number => batch.atMs?.[at] ?? now;
    const record = recordAnswers({
      model,
      answered,
      requests: batch.requests.length,
      champion,
      challenger,
      share,
      ids,
      timeMs,
    });
    this.#counts = countAnswers(this.#counts, record.results);
    this.#buffer.add(record.log);
    if (session !== undefined) {
      session.observeAnswers(answered.rows, record.ids, stepIndex, share);
      const shadow = {
        model,
        challenger: session.challenger,
        answered,
        ids: record.ids,
        stepIndex,
        timeMs,
        timeoutMs,
        elapsedMs,
      };
      if (share === 0 && session.isShadowing && answered.rows.length > 0) this.#shadow(session, shadow);
    }
    this.#settleIfDecided();
    this.#storing.schedule();
    return record.results;
  }

  #shadow(session: RolloutSession, request: ShadowRequest): void {
    const release = session.challenger.acquire();
    const run = async (): Promise<void> => {
      try {
        if (!session.isLive) return;
        const { observation, log, outputs } = await shadowAnswers(request);
        this.#buffer.add(log);
        session.rememberShadow(outputs);
        session.controller.observe([observation]);
        this.#settleIfDecided();
        this.#storing.schedule();
      } finally {
        release();
      }
    };
    this.#lane.offer({ rows: request.answered.rows.length, run, drop: release });
  }

  async #refreshIfDue(): Promise<void> {
    const { clock, refreshEveryMs = 1000 } = this.#options;
    if (clock.nowMs() - this.#refreshedAtMs < refreshEveryMs) return;
    try {
      await this.refresh();
    } catch (error) {
      this.#storing.note("looking for a new champion failed; the loaded one goes on serving", error);
    }
  }

  #settleIfDecided(): void {
    if (this.#desk.isUnsettled) this.#storing.hurry();
  }

  async #store(): Promise<void> {
    await this.#buffer.flush();
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

function monotonicMs(): number {
  return performance.now();
}
