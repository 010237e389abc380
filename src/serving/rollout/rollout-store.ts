import type { Ledger } from "../../contracts/ledger.ts";
import type { MetadataStore, MetadataTransaction } from "../../contracts/metadata-store.ts";
import type { RolloutEvidence } from "../../contracts/rollout.ts";
import type { Signer, Verifier } from "../../contracts/signer.ts";
import type { Clock } from "../../core/clock.ts";
import { SluiceError } from "../../core/errors.ts";
import { signRecord } from "../../ledger/signed-record.ts";
import type { ServingTables } from "../tables.ts";
import { openState, sealState, tamperedRollout } from "./rollout-row.ts";
import type { RolloutState } from "./rollout-state.ts";
import type { UnitAddition } from "./seen-units.ts";
import { noUnits, unitBytes, unitsDigest } from "./units-digest.ts";

/** What a {@link RolloutStore} works with. */
export interface RolloutStoreParts {
  readonly metadata: MetadataStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Signs every stored state and evidence. */
  readonly signer: Signer;
  readonly verifier: Verifier;
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

type EvidenceRow = ServingTables["serving_rollout_evidence"];

/** Keeps rollout states, each signed; a state is replaced only by who knew the last one. */
export class RolloutStore {
  readonly #parts: RolloutStoreParts;

  constructor(parts: RolloutStoreParts) {
    this.#parts = parts;
  }

  /** The model's rollout that has not ended, if there is one. Errors: `serving/tampered`. */
  async active(model: string): Promise<RolloutState | undefined> {
    const row = await this.#parts.metadata.sql
      .withTables<ServingTables>()
      .selectFrom("serving_rollout")
      .selectAll()
      .where("model", "=", model)
      .where("active", "=", 1)
      .executeTakeFirst();
    return row === undefined ? undefined : await openState(this.#parts.verifier, row);
  }

  /** A rollout by id. Errors: `serving/no-rollout`, `serving/tampered`. */
  async load(id: string): Promise<RolloutState> {
    const row = await this.#parts.metadata.sql
      .withTables<ServingTables>()
      .selectFrom("serving_rollout")
      .selectAll()
      .where("rollout_id", "=", id)
      .executeTakeFirst();
    if (row !== undefined) return await openState(this.#parts.verifier, row);
    throw new SluiceError("serving/no-rollout", {
      found: `no rollout ${id}`,
      expected: "a rollout that was started in this workspace",
      fix: "Check the workspace's path.",
    });
  }

  /** The units a rollout had seen when it was in that state. Errors: `serving/tampered`. */
  async units(state: RolloutState): Promise<readonly UnitAddition[]> {
    const rows = await this.#parts.metadata.sql
      .withTables<ServingTables>()
      .selectFrom("serving_rollout_units")
      .select(["sequence", "unit_set", "units"])
      .where("rollout_id", "=", state.id)
      .where("sequence", "<=", state.revision)
      .orderBy("sequence")
      .execute();
    const stores = new Map<number, UnitAddition[]>();
    for (const { sequence, unit_set, units } of rows) {
      const addition = { set: unit_set, units: new Uint32Array(Uint8Array.from(units).buffer) };
      stores.set(sequence, [...(stores.get(sequence) ?? []), addition]);
    }
    if ([...stores.values()].reduce(unitsDigest, noUnits) !== state.units)
      throw tamperedRollout(`the rollout ${state.id} of ${state.model}@${state.challenger}`, "the units it has seen");
    return [...stores.values()].flat();
  }

  /** Records a new rollout. Errors: `serving/rollout-active` when the model has one that has not ended. */
  async begin(state: RolloutState, actor: string): Promise<void> {
    const row = await sealState(this.#parts.signer, state);
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
      await sql.insertInto("serving_rollout").values(row).execute();
      await this.#record(tx, { kind: "rollout.started", actor, state, evidence: undefined }, undefined);
    });
  }

  /** Replaces the state of `state.revision − 1`, with the units it newly saw and the decisions that led to it; `false` = somebody else was faster. */
  async replace(
    state: RolloutState,
    additions: readonly UnitAddition[],
    decisions: readonly RolloutDecision[],
  ): Promise<boolean> {
    const row = await sealState(this.#parts.signer, state);
    const evidence = await Promise.all(decisions.map((decision) => this.#sealEvidence(decision.evidence)));
    return await this.#parts.metadata.write(async (tx) => {
      const sql = tx.sql.withTables<ServingTables>();
      const { revision } = row;
      const result = await sql
        .updateTable("serving_rollout")
        .set(row)
        .where("rollout_id", "=", state.id)
        .where("revision", "=", revision - 1)
        .executeTakeFirst();
      if (Number(result.numUpdatedRows) !== 1) return false;
      for (const { set, units } of additions) {
        const seen = { rollout_id: state.id, sequence: revision, unit_set: set, units: unitBytes(units) };
        await sql.insertInto("serving_rollout_units").values(seen).execute();
      }
      for (const [i, decision] of decisions.entries()) await this.#record(tx, decision, evidence[i]);
      return true;
    });
  }

  async #sealEvidence(evidence: RolloutEvidence | undefined): Promise<EvidenceRow | undefined> {
    if (evidence === undefined) return undefined;
    const { rolloutId, model, challenger, digest } = evidence;
    const signed = await signRecord(this.#parts.signer, { kind: "rollout-evidence", ...evidence });
    const recordedAtMs = this.#parts.clock.nowMs();
    return { rollout_id: rolloutId, model, challenger, recorded_at_ms: recordedAtMs, digest, ...signed };
  }

  async #record(tx: MetadataTransaction, decision: RolloutDecision, row: EvidenceRow | undefined): Promise<void> {
    const { ledger } = this.#parts;
    const { kind, actor, state, evidence } = decision;
    const { id, model, challenger, champion, plan, phase, stepIndex, requests, reason } = state;
    if (row !== undefined) await storeEvidence(tx, row);
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

async function storeEvidence(tx: MetadataTransaction, row: EvidenceRow): Promise<void> {
  const sql = tx.sql.withTables<ServingTables>();
  await sql.deleteFrom("serving_rollout_evidence").where("rollout_id", "=", row.rollout_id).execute();
  await sql.insertInto("serving_rollout_evidence").values(row).execute();
}

function rolloutActive(model: string, challenger: number): SluiceError {
  return new SluiceError("serving/rollout-active", {
    found: `a rollout of ${model}@${challenger} that has not ended`,
    expected: "no active rollout of the model",
    fix: "Wait for it, promote its challenger, or abort it with router.abort({ actor, reason }).",
  });
}
