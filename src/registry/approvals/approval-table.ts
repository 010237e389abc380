import type { Approval } from "../../contracts/gate.ts";
import type { Stage } from "../../contracts/model-version.ts";
import type { Verifier } from "../../contracts/signer.ts";
import type { Digest } from "../../core/digest.ts";
import { type SignedText, signatureHolds } from "../../ledger/signed-record.ts";
import type { RegistrySql } from "../tables.ts";
import type { VersionKey } from "../versions/version-key.ts";

/** What is signed of an approval. */
export interface ApprovalBody extends Approval {
  readonly kind: "approval";
  readonly schema: 1;
  readonly model: string;
  readonly version: number;
  readonly to: Stage;
}

/** A person's name as it is compared: case, width and surrounding blanks make no other person. */
export function samePerson(one: string, other: string): boolean {
  return personKey(one) === personKey(other);
}

/** The form of a person's name that comparisons use. */
export function personKey(name: string): string {
  return name.normalize("NFKC").replaceAll(/\s+/gu, " ").trim().toLowerCase();
}

/** The approvals of exactly this evidence that are signed, unexpired at `nowMs`, and of people other than the author; one a person. */
export async function validApprovals(
  sql: RegistrySql,
  verifier: Verifier,
  wanted: {
    readonly key: VersionKey;
    readonly to: Stage;
    readonly evidenceDigest: Digest;
    readonly author: string;
    readonly nowMs: number;
  },
): Promise<readonly Approval[]> {
  const { key, to, evidenceDigest, author, nowMs } = wanted;
  const rows = await sql
    .selectFrom("registry_approval")
    .selectAll()
    .where("model", "=", key.name)
    .where("version", "=", key.version)
    .where("to_stage", "=", to)
    .where("evidence_digest", "=", evidenceDigest)
    .orderBy("approver")
    .execute();
  const approvals: Approval[] = [];
  for (const row of rows) {
    // What a key signed that has ended is to be given again: it may be stolen, and the instant forged.
    if (verifier.endsAtMs?.(row.key_id) !== undefined || !(await signatureHolds(verifier, row))) continue;
    const body: ApprovalBody = JSON.parse(row.body);
    const about = body.kind === "approval" && body.model === key.name && body.version === key.version && body.to === to;
    if (
      !about ||
      body.evidenceDigest !== evidenceDigest ||
      !(body.expiresAtMs > nowMs) ||
      samePerson(body.approver, author)
    )
      continue;
    if (approvals.some((other) => samePerson(other.approver, body.approver))) continue;
    const { approver, role, comment, atMs, expiresAtMs } = body;
    approvals.push({ approver, role, comment, evidenceDigest, atMs, expiresAtMs });
  }
  return approvals;
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
