import type { AuditLog, AuditRecord } from "../../contracts/audit-log.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { RolloutEvidence, RolloutEvidenceSource } from "../../contracts/rollout.ts";
import type { Verifier } from "../../contracts/signer.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import { requireArgument } from "../../core/known-arguments.ts";
import { digestOfJson } from "../../core/digest.ts";
import { signatureHolds } from "../../ledger/signed-record.ts";
import { unknownKey } from "../../ledger/unknown-key.ts";
import type { ServingTables } from "../tables.ts";
import { guardrailEvidence } from "./guardrail-evidence.ts";
import { tamperedRollout } from "./rollout-row.ts";
import { requireServingParts } from "../serving-calls.ts";
import { requireState, type RolloutState } from "./rollout-state.ts";

/** What a rollout has proved, with its digest. */
export function evidenceOf(state: RolloutState): RolloutEvidence {
  requireState("evidenceOf()", state);
  const body = {
    schema: 1,
    rolloutId: state.id,
    model: state.model,
    challenger: state.challenger,
    champion: state.champion,
    planDigest: state.plan.digest,
    phase: state.phase,
    requests: state.requests,
    guardrails: guardrailEvidence(state).map((found) => ({ ...found })),
    reason: state.reason,
  } as const;
  return { ...body, digest: digestOfJson(body satisfies JsonValue) };
}

/** What a {@link SqlRolloutEvidence} works with. */
export interface RolloutEvidenceParts {
  readonly metadata: MetadataStore;
  readonly ledger: { readonly audit: AuditLog };
  readonly verifier: Verifier;
}

/** The decisions that leave evidence behind. */
const decided: ReadonlySet<string> = new Set(["rollout.passed", "rollout.rolledBack", "rollout.aborted"]);

/**
 * Reads what rollouts proved: what the registry's gate for production looks at. The newest decision is the one the audit log tells of, once;
 * evidence that is missing, edited, or another than that decision names is `serving/tampered`, never "none".
 */
export class SqlRolloutEvidence implements RolloutEvidenceSource {
  readonly #parts: RolloutEvidenceParts;

  /** Errors: `argument/invalid` for what it cannot be made of. */
  constructor(parts: RolloutEvidenceParts) {
    requireServingParts("new SqlRolloutEvidence(parts)", parts, ["metadata", "ledger", "verifier"]);
    this.#parts = parts;
  }

  async evidence(model: string, version: number): Promise<RolloutEvidence | undefined> {
    requireArgument("rollouts.evidence()", "model", model, "text");
    requireArgument("rollouts.evidence()", "version", version, "number");
    const subject = `${model}@${version}`;
    for (let told = await this.#decisions(subject); ; ) {
      const decision = told.at(-1);
      const row = await this.#row(model, version, decision);
      const again = await this.#decisions(subject);
      if (again.at(-1)?.index === decision?.index) return await this.#verified(subject, told, row);
      told = again;
    }
  }

  async #decisions(subject: string): Promise<readonly AuditRecord[]> {
    const records = await this.#parts.ledger.audit.read({ subject });
    return records.filter((record) => decided.has(record.kind));
  }

  /** The evidence of a decision's rollout; of any, where the audit log knows of no decision. */
  async #row(
    model: string,
    version: number,
    decision: AuditRecord | undefined,
  ): Promise<ServingTables["serving_rollout_evidence"] | undefined> {
    const all = this.#parts.metadata.sql
      .withTables<ServingTables>()
      .selectFrom("serving_rollout_evidence")
      .selectAll()
      .where("model", "=", model)
      .where("challenger", "=", version)
      .limit(1);
    const rollout = memberOf(decision, "rollout");
    return await (rollout === undefined ? all : all.where("rollout_id", "=", rollout)).executeTakeFirst();
  }

  async #verified(
    subject: string,
    told: readonly AuditRecord[],
    row: ServingTables["serving_rollout_evidence"] | undefined,
  ): Promise<RolloutEvidence | undefined> {
    const decision = told.at(-1);
    if (decision === undefined && row === undefined) return undefined;
    const what = `the rollout evidence of ${subject}`;
    if (decision === undefined) throw tamperedRollout(what, "no audit record tells of its decision");
    const record = `audit record ${decision.index} (${decision.kind})`;
    if (row === undefined) throw tamperedRollout(what, `${record} tells of evidence that is not there`);
    if (!(await this.#parts.ledger.audit.intact(decision.index))) throw tamperedRollout(what, `${record} was edited`);
    if (!(await signatureHolds(this.#parts.verifier, row)))
      throw (
        unknownKey(this.#parts.verifier, row.key_id, what) ??
        tamperedRollout(what, "it does not carry the signature of a pinned key")
      );
    const { kind, ...evidence }: RolloutEvidence & { readonly kind: string } = JSON.parse(row.body);
    if (kind !== "rollout-evidence" || `${evidence.model}@${evidence.challenger}` !== subject)
      throw tamperedRollout(what, `it is a signed ${kind} of ${evidence.model}@${evidence.challenger}`);
    if (evidence.digest !== memberOf(decision, "evidence") || `rollout.${evidence.phase}` !== decision.kind)
      throw tamperedRollout(what, `${record} tells of other evidence`);
    // A decision that was replaced by a later one is not newer for being told again.
    const before = told.slice(0, -1).find((one) => memberOf(one, "evidence") === evidence.digest);
    if (before !== undefined)
      throw tamperedRollout(what, `${record} tells again what audit record ${before.index} told: it was added`);
    return evidence;
  }
}

function memberOf(record: AuditRecord | undefined, name: string): string | undefined {
  const body = record?.body;
  if (typeof body !== "object" || body === null || Array.isArray(body)) return undefined;
  const value = Object.entries(body).find(([key]) => key === name)?.[1];
  return typeof value === "string" ? value : undefined;
}
