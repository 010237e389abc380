import type { RolloutPhase, RolloutVerdict } from "../../contracts/rollout.ts";
import type { WorkspaceEvents } from "../../contracts/workspace-events.ts";
import type { Events } from "../../core/events.ts";
import { SluiceError } from "../../core/errors.ts";
import { Turns } from "../turns.ts";
import { condense } from "./condense.ts";
import type { Observation } from "./observations.ts";
import { hasEnded, type RolloutState } from "./rollout-state.ts";
import type { RolloutDecision, RolloutStore } from "./rollout-store.ts";
import { SeenUnits } from "./seen-units.ts";
import { evidenceOf } from "./sql-rollout-evidence.ts";
import { stepRollout } from "./step-rollout.ts";
import { unitsDigest } from "./units-digest.ts";

/** An end that was decided outside the statistics. */
export interface RolloutEnd {
  readonly phase: Extract<RolloutPhase, "promoted" | "aborted">;
  readonly actor: string;
  readonly reason: string;
}

type Entry = { readonly observations: readonly Observation[] } | { readonly end: RolloutEnd };

const decisionKinds: { readonly [verdict in RolloutVerdict]?: string } = {
  advance: "rollout.advanced",
  pass: "rollout.passed",
  rollback: "rollout.rolledBack",
};

/**
 * One rollout as this process sees it: steps at once in memory, stores by compare-and-set. When another process stored
 * first, its state is loaded and what was seen here since the last store is applied to it.
 */
export class RolloutController {
  readonly #store: RolloutStore;
  readonly #events: Events<WorkspaceEvents>;
  #stored: RolloutState;
  #state: RolloutState;
  #seen: SeenUnits = new SeenUnits();
  #pending: Entry[] = [];
  #decisions: RolloutDecision[] = [];
  readonly #turns: Turns = new Turns();

  constructor(store: RolloutStore, events: Events<WorkspaceEvents>, stored: RolloutState) {
    this.#store = store;
    this.#events = events;
    this.#stored = stored;
    this.#state = stored;
  }

  /** Where the rollout stands, with everything observed here. */
  get state(): RolloutState {
    return this.#state;
  }

  /** Whether a decision waits to be stored. */
  get hasDecided(): boolean {
    return this.#decisions.length > 0;
  }

  /** Requests observed since the last store. */
  get unstoredRequests(): number {
    return this.#state.requests - this.#stored.requests;
  }

  /** Reads the units seen before a restart. */
  async resume(): Promise<void> {
    this.#seen.restore(await this.#store.units(this.#stored));
  }

  /** Takes observations in and steps. */
  observe(observations: readonly Observation[]): void {
    if (hasEnded(this.#state.phase)) return;
    const entry = { observations };
    this.#pending.push(entry);
    this.#apply(entry);
  }

  /** Ends the rollout by decision; without effect when it has ended. */
  end(end: RolloutEnd): void {
    if (hasEnded(this.#state.phase)) return;
    const entry = { end };
    this.#pending.push(entry);
    this.#apply(entry);
  }

  /** Stores what was observed and decided. */
  persist(): Promise<void> {
    return this.#turns.run(() => this.#persistAll());
  }

  /** Takes over what other processes stored. */
  sync(): Promise<void> {
    return this.#turns.run(async () => {
      const stored = await this.#store.load(this.#stored.id);
      if (stored.revision > this.#stored.revision) await this.#rebase();
    });
  }

  async #persistAll(): Promise<void> {
    for (let attempt = 0; attempt < 50; attempt++) {
      const entries = this.#pending.length;
      if (entries === 0) return;
      const decisions = [...this.#decisions];
      const additions = this.#seen.additions();
      const units = unitsDigest(this.#stored.units, additions);
      const next = { ...this.#state, revision: this.#stored.revision + 1, units };
      if (await this.#store.replace(next, additions, decisions)) {
        this.#stored = next;
        this.#state = { ...this.#state, revision: next.revision, units };
        this.#pending.splice(0, entries);
        this.#decisions.splice(0, decisions.length);
        this.#seen.settle(additions);
        for (const decision of decisions) this.#announce(decision);
        return;
      }
      await this.#rebase();
    }
    throw new SluiceError("metadata/busy", {
      found: "50 lost races for the state of one rollout",
      expected: "a turn to store it",
      fix: "Run fewer routers of one model on one store.",
    });
  }

  async #rebase(): Promise<void> {
    const stored = await this.#store.load(this.#stored.id);
    const units = await this.#store.units(stored);
    this.#stored = stored;
    this.#state = stored;
    this.#decisions = [];
    this.#seen = new SeenUnits();
    this.#seen.restore(units);
    for (const entry of this.#pending) this.#apply(entry);
  }

  #apply(entry: Entry): void {
    if (hasEnded(this.#state.phase)) return;
    if ("end" in entry) {
      const { phase, actor, reason } = entry.end;
      this.#state = { ...this.#state, phase, reason };
      const evidence = phase === "aborted" ? evidenceOf(this.#state) : undefined;
      this.#decisions.push({ kind: `rollout.${phase}`, actor, state: this.#state, evidence });
      return;
    }
    const { state, verdict } = stepRollout(this.#state, condense(this.#state.plan, entry.observations, this.#seen));
    this.#state = state;
    const kind = decisionKinds[verdict];
    if (kind === undefined) return;
    this.#decisions.push({
      kind,
      actor: "system",
      state,
      evidence: verdict === "advance" ? undefined : evidenceOf(state),
    });
  }

  #announce({ kind, state }: RolloutDecision): void {
    const verdict = kind.slice("rollout.".length);
    this.#events.emit("rollout.verdict", {
      model: state.model,
      challenger: state.challenger,
      verdict,
      reason: state.reason,
    });
  }
}
