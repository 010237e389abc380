import { PredictionBuffer } from "../log/prediction-buffer.ts";
import { shareOf } from "../rollout/rollout-state.ts";
import { type AnswerCounts, countAnswers } from "./answer-counts.ts";
import { answerBatch, type RequestBatch } from "./answer-batch.ts";
import type { ModelSlot } from "./model-slot.ts";
import type { PredictionResult } from "./prediction.ts";
import { recordAnswers } from "./record-answers.ts";
import type { RolloutSession } from "./rollout-session.ts";
import type { CanaryRouterOptions } from "./router-options.ts";
import { shadowAnswers, type ShadowRequest } from "./shadow-answers.ts";
import { ShadowLane } from "./shadow-lane.ts";

/** Whom a {@link BatchAnswerer} tells what. */
export interface AnswererListener {
  /** Something was buffered, or a rollout has learnt something. */
  onProgress(): void;
  onShadowError(error: unknown): void;
}

/** Answers batches, buffers them for the log, tells the rollout, and has the challenger shadow them. */
export class BatchAnswerer<Request, Output> {
  /** The predictions that are not logged yet. */
  readonly buffer: PredictionBuffer;
  /** The shadow predictions that are not made yet. */
  readonly lane: ShadowLane;
  readonly #options: CanaryRouterOptions<Request, Output>;
  readonly #listener: AnswererListener;
  #counts: AnswerCounts = { answered: 0, failed: 0, fellBack: 0 };

  constructor(options: CanaryRouterOptions<Request, Output>, listener: AnswererListener) {
    this.#options = options;
    this.#listener = listener;
    this.buffer = new PredictionBuffer(options.log);
    this.lane = new ShadowLane(options.shadowQueueRows ?? 4096, (error) => listener.onShadowError(error));
  }

  /** What was answered so far. */
  get counts(): AnswerCounts {
    return this.#counts;
  }

  /** Answers a batch with the champion and the rollout that run now; both models stay loaded until it has ended. */
  async answer(
    batch: RequestBatch<Request>,
    champion: ModelSlot,
    session: RolloutSession | undefined,
  ): Promise<readonly PredictionResult<Output>[]> {
    const held = [champion.acquire(), session?.challenger.acquire()];
    try {
      return await this.#answer(batch, champion, session);
    } finally {
      for (const release of held) release?.();
    }
  }

  async #answer(
    batch: RequestBatch<Request>,
    champion: ModelSlot,
    session: RolloutSession | undefined,
  ): Promise<readonly PredictionResult<Output>[]> {
    const { model, features, unit, salt, timeoutMs = 1000, elapsedMs = monotonicMs, clock, ids } = this.#options;
    const state = session?.controller.state;
    const share = state === undefined ? 0 : shareOf(state);
    const stepIndex = state?.stepIndex ?? 0;
    const challenger = share > 0 ? session?.challenger : undefined;
    const salted = state?.salt ?? salt ?? model.name;
    const arms = { model, champion, challenger, share };
    const answered = await answerBatch({ ...arms, features, unit, salt: salted, timeoutMs, elapsedMs }, batch);
    const now = clock.nowMs();
    const timeMs = (at: number): number => batch.atMs?.[at] ?? now;
    const record = recordAnswers({ ...arms, answered, requests: batch.requests.length, ids, timeMs });
    this.#counts = countAnswers(this.#counts, record.results);
    this.buffer.add(record.log);
    if (session !== undefined) {
      session.observeAnswers(answered.rows, record.ids, stepIndex, share);
      const shared = { model, answered, ids: record.ids, stepIndex, timeMs, timeoutMs, elapsedMs };
      if (share === 0 && answered.rows.length > 0) this.#shadow(session, shared);
    }
    this.#listener.onProgress();
    return record.results;
  }

  #shadow(session: RolloutSession, request: Omit<ShadowRequest, "challenger">): void {
    if (!session.isShadowing) return;
    const release = session.challenger.acquire();
    const run = async (): Promise<void> => {
      try {
        if (!session.isLive) return;
        const { challenger } = session;
        const { observation, log, outputs } = await shadowAnswers({ ...request, challenger });
        this.buffer.add(log);
        session.rememberShadow(outputs);
        session.controller.observe([observation]);
        this.#listener.onProgress();
      } finally {
        release();
      }
    };
    this.lane.offer({ rows: request.answered.rows.length, run, drop: release });
  }
}

function monotonicMs(): number {
  return performance.now();
}
