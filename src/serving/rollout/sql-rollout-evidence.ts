import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { RolloutEvidence, RolloutEvidenceSource } from "../../contracts/rollout.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import { digestOfJson } from "../../core/digest.ts";
import type { ServingTables } from "../tables.ts";
import { guardrailEvidence } from "./guardrail-evidence.ts";
import type { RolloutState } from "./rollout-state.ts";

/** What a rollout has proved, with its digest. */
export function evidenceOf(state: RolloutState): RolloutEvidence {
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

/** Reads what rollouts proved: what the registry's gate for production looks at. */
export class SqlRolloutEvidence implements RolloutEvidenceSource {
  readonly #metadata: MetadataStore;

  constructor(parts: { readonly metadata: MetadataStore }) {
    this.#metadata = parts.metadata;
  }

  async evidence(model: string, version: number): Promise<RolloutEvidence | undefined> {
    const row = await this.#metadata.sql
      .withTables<ServingTables>()
      .selectFrom("serving_rollout_evidence")
      .select("body")
      .where("model", "=", model)
      .where("challenger", "=", version)
      .orderBy("recorded_at_ms", "desc")
      .orderBy("rollout_id", "desc")
      .limit(1)
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const evidence: RolloutEvidence = JSON.parse(row.body);
    return evidence;
  }
}
