import type { AuditRecord } from "../../contracts/audit-log.ts";
import { SluiceError } from "../../core/errors.ts";
import { type Digest, digestOf } from "../../core/digest.ts";
import { signatureHolds } from "../../ledger/signed-record.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistrySql, RegistryTables } from "../tables.ts";
import { amendStanding } from "../versions/amend-standing.ts";
import type { Standing } from "../versions/standing.ts";
import type { TransitionTarget } from "../versions/transition-target.ts";
import { requireRequest, type TransitionRequest } from "../versions/transition-request.ts";
import { requireVersionKey, type VersionKey, versionSubject } from "../versions/version-key.ts";
import { type ApprovalBody, samePerson } from "./approval-table.ts";

/** The kind of the event that takes an approval back. */
export const revokedKind = "approval.revoked";

/**
 * Takes back every approval of one person for a transition, whatever evidence it is bound to. Anybody may: it only makes the gate stricter.
 * What was promoted on it stays promoted. Answers how many were taken back. Errors: `registry/not-found`, `argument/invalid`.
 */
export async function revokeApproval(
  options: RegistryOptions,
  key: VersionKey,
  to: TransitionTarget,
  request: TransitionRequest & { readonly approver: string },
): Promise<number> {
  requireVersionKey(key);
  requireRequest(versionSubject(key), request);
  requireRequest(`${versionSubject(key)}: whose approval is taken back`, { ...request, actor: request.approver });
  let taken = 0;
  await amendStanding(options, key.name, async (standing, nowMs) => {
    const given = await approvalsOf(options, key, to, request.approver);
    const known = new Set((standing.revoked ?? []).map(({ approval }) => approval));
    const fresh = given.filter(({ approval, expiresAtMs }) => !known.has(approval) && expiresAtMs > nowMs);
    if (fresh.length === 0) throw nothingToRevoke(key, to, request.approver);
    taken = fresh.length;
    const kept = (standing.revoked ?? []).filter(({ expiresAtMs }) => expiresAtMs > nowMs);
    return {
      remarks: { revoked: [...kept, ...fresh] },
      event: {
        kind: revokedKind,
        subject: versionSubject(key),
        actor: request.actor,
        body: {
          to,
          approver: request.approver,
          approvals: fresh.map(({ approval }) => approval),
          reason: request.reason,
        },
      },
    };
  });
  return taken;
}

/** The approvals of a version that were taken back: by the signed standing, and by the events about it, so that neither can be put back alone. */
export function revokedApprovals(standing: Standing, events: readonly AuditRecord[]): ReadonlySet<Digest> {
  const logged = events.flatMap(({ kind, body }) => (kind === revokedKind ? digestsIn(body) : []));
  return new Set([...(standing.revoked ?? []).map(({ approval }) => approval), ...logged]);
}

function digestsIn(body: unknown): readonly Digest[] {
  if (typeof body !== "object" || body === null || !("approvals" in body) || !Array.isArray(body.approvals)) return [];
  return body.approvals;
}

async function approvalsOf(
  options: RegistryOptions,
  key: VersionKey,
  to: TransitionTarget,
  approver: string,
): Promise<readonly { readonly approval: Digest; readonly expiresAtMs: number }[]> {
  const sql: RegistrySql = options.metadata.sql.withTables<RegistryTables>();
  const rows = await sql
    .selectFrom("registry_approval")
    .selectAll()
    .where("model", "=", key.name)
    .where("version", "=", key.version)
    .where("to_stage", "=", to)
    .execute();
  const held: { approval: Digest; expiresAtMs: number }[] = [];
  for (const row of rows) {
    if (!(await signatureHolds(options.verifier, row))) continue;
    const body: ApprovalBody = JSON.parse(row.body);
    if (samePerson(body.approver, approver)) held.push({ approval: digestOf(row.body), expiresAtMs: body.expiresAtMs });
  }
  return held;
}

function nothingToRevoke(key: VersionKey, to: TransitionTarget, approver: string): SluiceError {
  return new SluiceError("registry/not-found", {
    found: `no approval of ${versionSubject(key)} for "${to}" by ${JSON.stringify(approver)} that still counts`,
    expected: "one to take back",
    fix: "explain(version, to).approvals.given lists those that count.",
  });
}
