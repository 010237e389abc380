import type { ModelDefinition } from "../../contracts/model-definition.ts";
import type { RolloutPlan } from "../../contracts/rollout.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { RolloutController, type RolloutEnd } from "../rollout/rollout-controller.ts";
import { hasEnded, type RolloutState, startState } from "../rollout/rollout-state.ts";
import { RolloutStore } from "../rollout/rollout-store.ts";
import { loadSlot, type ModelSlot } from "./model-slot.ts";
import { outputIndex, RolloutSession } from "./rollout-session.ts";
import type { RouterParts } from "./router-options.ts";

/** What a rollout is started with. */
export interface RolloutStartRequest {
  readonly champion: number;
  readonly challenger: number;
  readonly plan: RolloutPlan;
  readonly salt: string;
  readonly actor: string;
}

/** Starts, resumes and ends the rollouts of one router. */
export class RolloutDesk {
  readonly #model: ModelDefinition;
  readonly #parts: RouterParts;
  readonly #store: RolloutStore;
  #session: RolloutSession | undefined;
  #last: RolloutState | undefined;

  constructor(model: ModelDefinition, parts: RouterParts) {
    this.#model = model;
    this.#parts = parts;
    this.#store = new RolloutStore(parts);
  }

  /** The rollout that runs. */
  get session(): RolloutSession | undefined {
    return this.#session?.isLive === true ? this.#session : undefined;
  }

  /** Whether a decision waits to be stored. */
  get isUnsettled(): boolean {
    return this.#session !== undefined && (!this.#session.isLive || this.#session.controller.hasDecided);
  }

  /** The state of the rollout that runs, or of the last one that ended here. */
  get state(): RolloutState | undefined {
    return this.#session?.controller.state ?? this.#last;
  }

  /** Starts a rollout; starting the one that runs again changes nothing. */
  async begin(request: RolloutStartRequest): Promise<void> {
    const { champion, challenger, plan, salt, actor } = request;
    const running = this.session?.controller.state;
    if (running?.challenger === challenger && running.plan.digest === plan.digest) return;
    if (challenger === champion) throw notAChallenger(this.#model.name, challenger);
    outputIndex(this.#model, plan);
    const slot = await this.#loadChallenger(challenger, plan);
    const { ids, clock, events } = this.#parts;
    const state = startState({
      id: ids(),
      model: this.#model.name,
      champion,
      challenger,
      plan,
      salt,
      startedAtMs: clock.nowMs(),
    });
    try {
      await this.#store.begin(state, actor);
    } catch (error) {
      await slot.retire();
      throw error;
    }
    this.#session = new RolloutSession(this.#model, new RolloutController(this.#store, events, state), slot);
  }

  /** Goes on with a rollout that another process, or an earlier one, has begun; ends it when it has become pointless. */
  async resume(champion: number): Promise<void> {
    if (this.#session !== undefined) return;
    const state = await this.#store.active(this.#model.name);
    if (state === undefined) return;
    const controller = new RolloutController(this.#store, this.#parts.events, state);
    await controller.resume();
    const end = endFor(state, champion);
    if (end !== undefined) return await this.#endUnloaded(controller, end);
    try {
      const slot = await this.#loadChallenger(state.challenger, state.plan);
      this.#session = new RolloutSession(this.#model, controller, slot);
    } catch (error) {
      if (!isSluiceError(error)) throw error;
      await this.#endUnloaded(controller, {
        phase: "aborted",
        actor: "system",
        reason: `the challenger cannot be served: ${error.message}`,
      });
    }
  }

  /** After a change of the model's versions: ends the rollout when the champion is another, or the challenger may not be served any more. */
  async reconcile(champion: number): Promise<void> {
    const session = this.session;
    if (session === undefined) return await this.resume(champion);
    const state = session.controller.state;
    const end = endFor(state, champion) ?? (await this.#refusal(state));
    if (end !== undefined) session.controller.end(end);
    await this.settle();
  }

  /** Ends the rollout by hand. Errors: `serving/no-rollout`. */
  async abort(options: { readonly actor: string; readonly reason: string }): Promise<void> {
    const session = this.session;
    if (session === undefined) {
      throw new SluiceError("serving/no-rollout", {
        found: `no rollout of ${this.#model.name} that runs here`,
        expected: "a running rollout",
        fix: "Look at router.status().",
      });
    }
    session.controller.end({ phase: "aborted", ...options });
    await this.settle();
  }

  /** Takes over what other processes stored about the rollout. */
  async sync(): Promise<void> {
    await this.session?.controller.sync();
    await this.settle();
  }

  /** Stores what was observed and decided, and disposes a challenger whose rollout has ended. */
  async settle(): Promise<void> {
    const session = this.#session;
    if (session === undefined) return;
    await session.controller.persist();
    if (session.isLive || this.#session !== session) return;
    this.#last = session.controller.state;
    this.#session = undefined;
    await session.challenger.retire();
  }

  /** Stores the state and disposes the challenger; the rollout goes on when a router is opened again. */
  async close(): Promise<void> {
    await this.settle();
    const session = this.#session;
    if (session === undefined) return;
    this.#last = session.controller.state;
    this.#session = undefined;
    await session.challenger.retire();
  }

  async #endUnloaded(controller: RolloutController, end: RolloutEnd): Promise<void> {
    controller.end(end);
    await controller.persist();
    this.#last = controller.state;
  }

  async #refusal(state: RolloutState): Promise<RolloutEnd | undefined> {
    try {
      await this.#parts.source.certified(state.model, state.challenger, largestShare(state.plan));
      return undefined;
    } catch (error) {
      if (!isSluiceError(error)) throw error;
      return {
        phase: "aborted",
        actor: "system",
        reason: `the challenger may not be served any more: ${error.message}`,
      };
    }
  }

  async #loadChallenger(version: number, plan: RolloutPlan): Promise<ModelSlot> {
    const share = largestShare(plan);
    return await loadSlot(
      this.#model,
      await this.#parts.source.certified(this.#model.name, version, share),
      share,
      this.#parts.runtimes,
      this.#parts.clock,
    );
  }
}

function largestShare(plan: RolloutPlan): number {
  return Math.max(...plan.steps.map((step) => step.share));
}

function endFor(state: RolloutState, champion: number): RolloutEnd | undefined {
  if (hasEnded(state.phase) || champion === state.champion) return undefined;
  if (champion === state.challenger) {
    return {
      phase: "promoted",
      actor: "system",
      reason: `version ${champion} holds production after ${state.requests} requests`,
    };
  }
  return {
    phase: "aborted",
    actor: "system",
    reason: `the champion changed from version ${state.champion} to ${champion}`,
  };
}

function notAChallenger(model: string, version: number): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `version ${version}, which holds production of ${model}, as its own challenger`,
    expected: "another version",
    fix: "Start the rollout with a candidate.",
  });
}
