import type { Signer, Verifier } from "../../contracts/signer.ts";
import { SluiceError } from "../../core/errors.ts";
import { signatureHolds, signRecord } from "../../ledger/signed-record.ts";
import { unknownKey } from "../../ledger/unknown-key.ts";
import type { ServingTables } from "../tables.ts";
import { hasEnded, type RolloutState } from "./rollout-state.ts";

type RolloutRow = ServingTables["serving_rollout"];

/** The columns beside the signed text, by which rollouts are found. */
type RolloutKey = Omit<RolloutRow, "state" | "key_id" | "signature">;

/** A state as it is stored: signed, because who could edit it could pass a rollout that was never run. */
export async function sealState(signer: Signer, state: RolloutState): Promise<RolloutRow> {
  const { body, ...signature } = await signRecord(signer, { kind: "rollout", ...state });
  return { ...keyOf(state), state: body, ...signature };
}

/** A stored state whose signature holds and whose columns say the same. Errors: `serving/tampered`, `workspace/newer-version`. */
export async function openState(verifier: Verifier, row: RolloutRow): Promise<RolloutState> {
  const { state: body, key_id, signature } = row;
  const subject = `the rollout ${row.rollout_id} of ${row.model}@${row.challenger}`;
  if (!(await signatureHolds(verifier, { body, key_id, signature })))
    throw (
      unknownKey(verifier, key_id, `the state of ${subject}`) ??
      tamperedRollout(subject, "its state does not carry the signature of a pinned key")
    );
  const { kind, ...state }: RolloutState & { readonly kind: string } = JSON.parse(body);
  if (kind !== "rollout") throw tamperedRollout(subject, `its state is a signed ${kind}`);
  if (state.schema !== 1) {
    throw new SluiceError("workspace/newer-version", {
      found: `a rollout state of schema ${String(state.schema)}`,
      expected: "schema 1",
      fix: "Upgrade the library.",
    });
  }
  const signed: { readonly [column: string]: unknown } = keyOf(state);
  for (const [column, value] of Object.entries(row)) {
    if (column in signed && signed[column] !== value)
      throw tamperedRollout(subject, `its ${column} is ${String(value)}, signed as ${String(signed[column])}`);
  }
  return state;
}

/** The error for something a rollout stored that was edited. */
export function tamperedRollout(subject: string, what: string): SluiceError {
  return new SluiceError("serving/tampered", {
    found: `${subject} was changed in the store: ${what}`,
    expected: "what the router signed",
    fix: "Restore the store from a backup, and find out who changed it; a new rollout gathers new evidence.",
  });
}

function keyOf(state: RolloutState): RolloutKey {
  return {
    rollout_id: state.id,
    model: state.model,
    challenger: state.challenger,
    champion: state.champion,
    revision: state.revision,
    phase: state.phase,
    active: hasEnded(state.phase) ? 0 : 1,
    started_at_ms: state.startedAtMs,
  };
}
