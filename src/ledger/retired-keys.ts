import type { AuditFault, AuditWarning } from "../contracts/audit-trail.ts";
import type { AuditRecord } from "../contracts/audit-log.ts";
import type { Verifier } from "../contracts/signer.ts";
import { canonicalJson, type JsonValue } from "../core/canonical-json.ts";
import { membersOf } from "../core/is-record.ts";
import { signatureHolds } from "./signed-record.ts";

/** The kind of the event that retires a key which cannot sign any more. */
export const retiredKind = "key.retired";

type ChainedRecord = Omit<AuditRecord, "hash" | "personal">;

/** What is told of a retirement that the key which follows has signed; undefined where no pinned key has signed just that. */
export async function retirementText(verifier: Verifier, record: ChainedRecord): Promise<string | undefined> {
  const { statement, signature, ...told } = membersOf(record.body);
  const { key, by, asOfMs, role, reason } = told;
  if (typeof statement !== "string" || typeof signature !== "string" || typeof by !== "string") return undefined;
  if (typeof asOfMs !== "number" || by === key || record.subject !== `key:${String(key)}`) return undefined;
  if (!(await signatureHolds(verifier, { body: statement, key_id: by, signature }))) return undefined;
  const { kind, schema, atMs: _atMs, actor, ...signed } = membersOf(JSON.parse(statement));
  if (kind !== "key-retirement" || schema !== 1 || actor !== record.actor) return undefined;
  if (canonicalJson(asJson(signed)) !== canonicalJson(asJson(told))) return undefined;
  return `key ${String(key)} was retired as of ${new Date(asOfMs).toISOString()} by ${JSON.stringify(actor)} (${JSON.stringify(role)}), without its own signature, and key ${by} took its place: ${String(reason)}`;
}

/** What was read from JSON. */
function asJson(members: { readonly [name: string]: unknown }): JsonValue {
  return JSON.parse(JSON.stringify(members));
}

/** Tells retirements in every verification of the log, and those that nobody signed as faults. */
export class RetirementCheck {
  readonly #verifier: Verifier;
  readonly #records: ChainedRecord[] = [];

  constructor(verifier: Verifier) {
    this.#verifier = verifier;
  }

  visit({ record }: { readonly record: ChainedRecord | undefined }): void {
    if (record?.kind === retiredKind) this.#records.push(record);
  }

  async end(): Promise<{ readonly warnings: readonly AuditWarning[]; readonly faults: readonly AuditFault[] }> {
    const warnings: AuditWarning[] = [];
    const faults: AuditFault[] = [];
    for (const record of this.#records) {
      const { index } = record;
      const reason = await retirementText(this.#verifier, record);
      if (reason !== undefined) warnings.push({ index, reason });
      else
        faults.push({
          where: "chain",
          index,
          reason: `event ${index} retires ${record.subject}, and no pinned key has signed what it says`,
        });
    }
    return { warnings, faults };
  }
}
