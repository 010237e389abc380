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

/** The kind of the event by which one key follows another. */
export const rotatedKind = "key.rotated";

/** Whether a record of a rotation is what the key that ended by it has signed; where that one is not pinned any more, the key that follows. */
export async function rotationHolds(verifier: Verifier, record: ChainedRecord): Promise<boolean> {
  const { from, to, statement, signatures } = membersOf(record.body);
  const known = verifier.keyIds?.();
  const signer = known === undefined || known.includes(String(from)) ? from : to;
  if (typeof signer !== "string" || typeof statement !== "string" || record.subject !== `key:${String(from)}`)
    return false;
  const signature = membersOf(signatures)[signer];
  if (typeof signature !== "string") return false;
  if (!(await signatureHolds(verifier, { body: statement, key_id: signer, signature }))) return false;
  const said = membersOf(JSON.parse(statement));
  return (
    said["kind"] === "key-rotation" && said["from"] === from && said["to"] === to && said["actor"] === record.actor
  );
}

/** What was read from JSON. */
function asJson(members: { readonly [name: string]: unknown }): JsonValue {
  return JSON.parse(JSON.stringify(members));
}

/** Tells retirements in every verification of the log, and those that nobody signed as faults, as rotations. */
export class RetirementCheck {
  readonly #verifier: Verifier;
  readonly #records: ChainedRecord[] = [];

  constructor(verifier: Verifier) {
    this.#verifier = verifier;
  }

  visit({ record }: { readonly record: ChainedRecord | undefined }): void {
    if (record?.kind === retiredKind || record?.kind === rotatedKind) this.#records.push(record);
  }

  async end(): Promise<{ readonly warnings: readonly AuditWarning[]; readonly faults: readonly AuditFault[] }> {
    const warnings: AuditWarning[] = [];
    const faults: AuditFault[] = [];
    for (const record of this.#records) {
      const { index } = record;
      if (record.kind === rotatedKind) {
        if (!(await this.#isRotation(record)))
          faults.push({
            where: "chain",
            index,
            reason: `event ${index} rotates ${record.subject}, and no pinned key has signed what it says`,
          });
        continue;
      }
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

  /** Of keys that are both pinned no more nothing can be said. */
  async #isRotation(record: ChainedRecord): Promise<boolean> {
    const { from, to } = membersOf(record.body);
    const known = this.#verifier.keyIds?.();
    const isKnown = known === undefined || [from, to].some((key) => known.includes(String(key)));
    return !isKnown || (await rotationHolds(this.#verifier, record));
  }
}
