import type { Approval, IdentityDemand } from "../../contracts/gate.ts";
import type { Verifier } from "../../contracts/signer.ts";
import { type Digest, digestOf } from "../../core/digest.ts";
import { isoOf } from "../../core/iso-of.ts";
import { compiledStatement } from "../../ledger/compiled-statement.ts";
import { type SignedText, signatureHolds } from "../../ledger/signed-record.ts";
import { printedApproval } from "./approval-text.ts";
import type { RegistrySql, RegistryTables } from "../tables.ts";
import type { TransitionTarget } from "../versions/transition-target.ts";
import type { VersionKey } from "../versions/version-key.ts";

/** What is signed of an approval. */
export interface ApprovalBody extends Approval {
  readonly kind: "approval";
  readonly schema: 1;
  readonly model: string;
  readonly version: number;
  readonly to: TransitionTarget;
}

/** A person's name as it is compared: case, width, surrounding blanks and signs that nobody sees make no other person. */
export function samePerson(one: string, other: string): boolean {
  return personKey(one) === personKey(other);
}

/** The form of a person's name that comparisons use. */
export function personKey(name: string): string {
  const seen = name.replaceAll(/\s+/gu, " ").replaceAll(/[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]/gu, "");
  return seen.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC").replaceAll(/\s+/gu, " ").trim();
}

/** Which approvals count. */
export interface WantedApprovals {
  readonly key: VersionKey;
  readonly to: TransitionTarget;
  readonly evidenceDigest: Digest;
  /** Who made the version: their approvals do not count. */
  readonly authors: readonly string[];
  readonly identity: IdentityDemand;
  /** Approvals that were taken back, by digest. */
  readonly revoked: ReadonlySet<Digest>;
  readonly nowMs: number;
}

/**
 * The approvals of exactly this evidence that are signed, unexpired, not taken back, verified where that is asked for, and of people other than
 * the authors; one a person.
 */
export async function validApprovals(
  sql: RegistrySql,
  verifier: Verifier,
  wanted: WantedApprovals,
): Promise<readonly Approval[]> {
  const { key, to, evidenceDigest } = wanted;
  const rows = await approvalRows(sql, key.name, key.version, to, evidenceDigest);
  const approvals: Approval[] = [];
  for (const row of rows) {
    // What a key signed that has ended is to be given again: it may be stolen, and the instant forged.
    if (verifier.endsAtMs?.(row.key_id) !== undefined || !(await signatureHolds(verifier, row))) continue;
    const body: ApprovalBody = JSON.parse(row.body);
    if (whyVoid(body, digestOf(row.body), wanted) !== undefined) continue;
    if (approvals.some((other) => samePerson(other.approver, body.approver))) continue;
    const { approver, role, comment, atMs, expiresAtMs, identity } = body;
    const said = { approver, role, comment, evidenceDigest, atMs, expiresAtMs };
    approvals.push(printedApproval({ ...said, ...(identity === undefined ? {} : { identity }) }));
  }
  return approvals;
}

/** The approvals of exactly some evidence as they are stored, by approver; nothing is verified here. */
export const approvalRows: (
  sql: RegistrySql,
  model: string,
  version: number,
  to: string,
  evidenceDigest: string,
) => Promise<readonly RegistryTables["registry_approval"][]> = compiledStatement(
  (sql: RegistrySql, model: string, version: number, to: string, evidenceDigest: string) =>
    sql
      .selectFrom("registry_approval")
      .selectAll()
      .where("model", "=", model)
      .where("version", "=", version)
      .where("to_stage", "=", to)
      .where("evidence_digest", "=", evidenceDigest)
      .orderBy("approver"),
);

/** Why an approval does not count, though it is signed; `undefined` = it does. */
export function whyVoid(body: ApprovalBody, digest: Digest, wanted: WantedApprovals): string | undefined {
  const { key, to, evidenceDigest, authors, identity, revoked, nowMs } = wanted;
  const { kind, model, version, approver, atMs, expiresAtMs } = body;
  if (kind !== "approval" || model !== key.name || version !== key.version || body.to !== to)
    return "of another transition";
  if (revoked.has(digest)) return "taken back";
  if (authors.some((author) => samePerson(approver, author))) return "by who made the version";
  if (!(expiresAtMs > nowMs)) return `expired ${isoOf(expiresAtMs)}`;
  if (body.evidenceDigest !== evidenceDigest) return `for other evidence, given ${isoOf(atMs)}`;
  if (identity !== "stated" && body.identity === undefined) return "as stated, verified by nobody";
  return undefined;
}

/** Stores a signed approval; a later one of the same person for the same evidence replaces it. */
export async function writeApproval(sql: RegistrySql, body: ApprovalBody, signed: SignedText): Promise<void> {
  await sql
    .insertInto("registry_approval")
    .values({
      model: body.model,
      version: body.version,
      to_stage: body.to,
      evidence_digest: body.evidenceDigest,
      approver: personKey(body.approver),
      ...signed,
    })
    .onConflict((conflict) =>
      conflict.columns(["model", "version", "to_stage", "evidence_digest", "approver"]).doUpdateSet({ ...signed }),
    )
    .execute();
}
