import type { Approval } from "../../contracts/gate.ts";
import type { Stage } from "../../contracts/model-version.ts";
import { digestOf } from "../../core/digest.ts";
import { type Duration, durationMs } from "../../core/duration.ts";
import { SluiceError } from "../../core/errors.ts";
import { signRecord } from "../../ledger/signed-record.ts";
import { adoptPolicy } from "../policy/adopt-policy.ts";
import { gatherEvidence } from "../promotion/gather-evidence.ts";
import { recordRefusal } from "../promotion/record-refusal.ts";
import { requireTransition } from "../promotion/transitions.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { readCounters, writeCounters } from "../versions/model-row.ts";
import { modelLock, type VersionKey, versionSubject } from "../versions/version-key.ts";
import { type ApprovalBody, samePerson, writeApproval } from "./approval-table.ts";

/** Who approves, and for how long. */
export interface ApprovalOptions {
  /** The approver: anyone but the version's author. */
  readonly approver: string;
  readonly role: string;
  readonly comment: string;
  /** How long the approval counts. @default "7d" */
  readonly expiresIn?: Duration;
}

/**
 * Approves a version's transition, bound to the evidence as it is now: new evidence (another champion, policy or rollout) voids the approval.
 * Errors: `registry/approval-refused` (by the author, or unnamed), `registry/policy-missing`, `registry/invalid-transition`.
 */
export async function approveVersion(
  options: RegistryOptions,
  key: VersionKey,
  to: Stage,
  given: ApprovalOptions,
): Promise<Approval> {
  if (options.policy === undefined) {
    throw new SluiceError("registry/policy-missing", {
      found: "an approval without a policy",
      expected: "a promotion policy that it counts for",
      fix: "Pass `policy: defaultPolicy({...})` to openWorkspace.",
    });
  }
  await adoptPolicy(options, given.approver);
  const gathered = await gatherEvidence(options, key, to);
  const { version } = gathered.subject;
  requireTransition(versionSubject(key), version.stage, to, version.stage === "archived");
  if (given.approver.trim() === "" || samePerson(given.approver, version.author)) {
    const reason = `approval by ${JSON.stringify(given.approver)}, author ${JSON.stringify(version.author)}`;
    await recordRefusal(
      options,
      version,
      { to, actor: given.approver, reason: given.comment },
      { outcomes: [], reasons: [reason] },
    );
    throw new SluiceError("registry/approval-refused", {
      found: reason,
      expected: "a named approver other than the author",
      fix: "Ask somebody else.",
    });
  }
  const { approver, role, comment } = given;
  const atMs = gathered.nowMs;
  const approval: Approval = {
    approver,
    role,
    comment,
    evidenceDigest: gathered.digest,
    atMs,
    expiresAtMs: atMs + durationMs(given.expiresIn ?? "7d"),
  };
  await store(options, key, to, approval);
  return approval;
}

async function store(options: RegistryOptions, key: VersionKey, to: Stage, approval: Approval): Promise<void> {
  const body: ApprovalBody = { kind: "approval", schema: 1, model: key.name, version: key.version, to, ...approval };
  const signed = await signRecord(options.signer, body);
  await options.metadata.write(async (tx) => {
    await tx.lock(modelLock(key.name));
    const sql = tx.sql.withTables<RegistryTables>();
    const counters = await readCounters(sql, key.name);
    await writeCounters(sql, key.name, { ...counters, lastMs: Math.max(counters.lastMs, approval.atMs) });
    await writeApproval(sql, body, signed);
    await options.ledger.audit.append(tx, {
      kind: "version.approved",
      subject: versionSubject(key),
      actor: approval.approver,
      body: {
        to,
        approval: digestOf(signed.body),
        evidence: approval.evidenceDigest,
        role: approval.role,
        comment: approval.comment,
        expiresAtMs: approval.expiresAtMs,
      },
    });
  });
}
