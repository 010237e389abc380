import type { Ledger } from "../../contracts/ledger.ts";
import type { MetadataStore, MetadataTransaction } from "../../contracts/metadata-store.ts";
import type { RolloutEvidence } from "../../contracts/rollout.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import type { Clock } from "../../core/clock.ts";
import { SluiceError } from "../../core/errors.ts";
import type { ServingTables } from "../tables.ts";
import { hasEnded, type RolloutState } from "./rollout-state.ts";
import type { UnitAddition } from "./seen-units.ts";

/** What a {@link RolloutStore} works with. */
export interface RolloutStoreParts {
  readonly metadata: MetadataStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

/** A decision about a rollout. */
export interface RolloutDecision {
  /** As in `rollout.rolledBack`. */
  readonly kind: string;
  readonly actor: string;
  /** The state it led to. */
  readonly state: RolloutState;
  /** The evidence it leaves behind, where it ends or passes. */
  readonly evidence: RolloutEvidence | undefined;
}

/** Keeps rollout states; a state is replaced only by who knew the last one. */
export class RolloutStore {
  readonly #parts: RolloutStoreParts;

  constructor(parts: RolloutStoreParts) {
    this.#parts = parts;
  }

  /** The model's rollout that has not ended, if there is one. */
  async active(model: string): Promise<RolloutState | undefined> {
    const row = await this.#parts.metadata.sql
      .withTables<ServingTables>()
      .selectFrom("serving_rollout")
      .select("state")
      .where("model", "=", model)
      .where("active", "=", 1)
      .executeTakeFirst();
    return row === undefined ? undefined : parseState(row.state);
  }

  /** A rollout by id. Errors: `serving/no-rollout`. */
  async load(id: string): Promise<RolloutState> {
    const row = await this.#parts.metadata.sql
      .withTables<ServingTables>()
      .selectFrom("serving_rollout")
      .select("state")
      .where("rollout_id", "=", id)
      .executeTakeFirst();
    if (row !== undefined) return parseState(row.state);
    throw new SluiceError("serving/no-rollout", {
      found: `no rollout ${id}`,
      expected: "a rollout that was started in this workspace",
      fix: "Check the workspace's path.",
    });
  }

  /** The units a rollout has seen. */
  async units(id: string): Promise<readonly UnitAddition[]> {
    const rows = await this.#parts.metadata.sql
      .withTables<ServingTables>()
      .selectFrom("serving_rollout_units")
      .select(["unit_set", "units"])
      .where("rollout_id", "=", id)
      .orderBy("sequence")
      .execute();
    return rows.map((row) => ({ set: row.unit_set, units: new Uint32Array(Uint8Array.from(row.units).buffer) }));
  }

  /** Records a new rollout. Errors: `serving/rollout-active` when the model has one that has not ended. */
  async begin(state: RolloutState, actor: string): Promise<void> {
    await this.#parts.metadata.write(async (tx) => {
      await tx.lock(`rollout/${state.model}`);
      const sql = tx.sql.withTables<ServingTables>();
      const other = await sql
        .selectFrom("serving_rollout")
        .select(["rollout_id", "challenger"])
        .where("model", "=", state.model)
        .where("active", "=", 1)
        .executeTakeFirst();
      if (other !== undefined) throw rolloutActive(state.model, other.challenger);
      await sql.insertInto("serving_rollout").values(rowOf(state)).execute();
      await this.#record(tx, { kind: "rollout.started", actor, state, evidence: undefined });
    });
  }

  /** Replaces the state of `state.revision − 1`, with the units it newly saw and the decisions that led to it; `false` = somebody else was faster. */
  async replace(
    state: RolloutState,
    additions: readonly UnitAddition[],
    decisions: readonly RolloutDecision[],
  ): Promise<boolean> {
    return await this.#parts.metadata.write(async (tx) => {
      const sql = tx.sql.withTables<ServingTables>();
      const { revision, phase, active, state: body } = rowOf(state);
      const result = await sql
        .updateTable("serving_rollout")
        .set({ revision, phase, active, state: body })
        .where("rollout_id", "=", state.id)
        .where("revision", "=", revision - 1)
        .executeTakeFirst();
      if (Number(result.numUpdatedRows) !== 1) return false;
      for (const { set, units } of additions) {
        const bytes = new Uint8Array(units.buffer, units.byteOffset, units.byteLength);
        const row = { rollout_id: state.id, sequence: revision, unit_set: set, units: bytes };
        await sql.insertInto("serving_rollout_units").values(row).execute();
      }
      for (const decision of decisions) await this.#record(tx, decision);
      return true;
    });
  }

  async #record(tx: MetadataTransaction, decision: RolloutDecision): Promise<void> {
    const { ledger, clock } = this.#parts;
    const { kind, actor, state, evidence } = decision;
    const { id, model, challenger, champion, plan, phase, stepIndex, requests, reason } = state;
    if (evidence !== undefined) await storeEvidence(tx, evidence, clock.nowMs());
    if (kind === "rollout.started") {
      const edge = {
        from: `model-version:${model}@${challenger}`,
        to: `rollout:${id}`,
        kind: "rolled-out",
        asserted: false,
      } as const;
      await ledger.lineage.record(tx, [edge]);
    }
    const body = {
      rollout: id,
      champion,
      challenger,
      planDigest: plan.digest,
      phase,
      stepIndex,
      requests,
      reason,
      evidence: evidence?.digest,
    };
    await ledger.changes.publish(tx, "rollout.verdict", { model, verdict: kind.slice("rollout.".length), ...body });
    await ledger.audit.append(tx, { kind, subject: `${model}@${challenger}`, actor, body });
  }
}

async function storeEvidence(tx: MetadataTransaction, evidence: RolloutEvidence, nowMs: number): Promise<void> {
  const sql = tx.sql.withTables<ServingTables>();
  await sql.deleteFrom("serving_rollout_evidence").where("rollout_id", "=", evidence.rolloutId).execute();
  const body = canonicalJson({ ...evidence, guardrails: evidence.guardrails.map((found) => ({ ...found })) });
  const { rolloutId, model, challenger, digest } = evidence;
  const row = { rollout_id: rolloutId, model, challenger, recorded_at_ms: nowMs, digest, body };
  await sql.insertInto("serving_rollout_evidence").values(row).execute();
}

function rowOf(state: RolloutState): ServingTables["serving_rollout"] {
  return {
    rollout_id: state.id,
    model: state.model,
    challenger: state.challenger,
    champion: state.champion,
    revision: state.revision,
    phase: state.phase,
    active: hasEnded(state.phase) ? 0 : 1,
    started_at_ms: state.startedAtMs,
    state: stateText(state),
  };
}

/** A state as canonical JSON. Its types are all plain JSON, which an interface cannot promise to the compiler. */
function stateText(state: RolloutState): string {
  const value: JsonValue = JSON.parse(JSON.stringify(state));
  return canonicalJson(value);
}

function parseState(text: string): RolloutState {
  const state: RolloutState = JSON.parse(text);
  if (state.schema === 1) return state;
  throw new SluiceError("workspace/newer-version", {
    found: `a rollout state of schema ${String(state.schema)}`,
    expected: "schema 1",
    fix: "Upgrade the library.",
  });
}

function rolloutActive(model: string, challenger: number): SluiceError {
  return new SluiceError("serving/rollout-active", {
    found: `a rollout of ${model}@${challenger} that has not ended`,
    expected: "no active rollout of the model",
    fix: "Wait for it, promote its challenger, or abort it with router.abort({ actor, reason }).",
  });
}
