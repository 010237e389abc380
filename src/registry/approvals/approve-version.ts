import type { Approval } from "../../contracts/gate.ts";
import { digestOf } from "../../core/digest.ts";
import { type Duration, durationMs } from "../../core/duration.ts";
import { SluiceError } from "../../core/errors.ts";
import { type SignedText, signRecord } from "../../ledger/signed-record.ts";
import { adoptPolicy } from "../policy/adopt-policy.ts";
import { policyOf } from "../policy/policy-of.ts";
import { type GatheredEvidence, gatherEvidence } from "../promotion/gather-evidence.ts";
import { recordRefusal } from "../promotion/record-refusal.ts";
import { requireTarget } from "../promotion/require-target.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { readCounters, writeCounters } from "../versions/model-row.ts";
import type { TransitionTarget } from "../versions/transition-target.ts";
import { modelLock, type VersionKey, versionSubject } from "../versions/version-key.ts";
import { readVersion } from "../versions/version-table.ts";
import { printedApproval } from "./approval-text.ts";
import { type ApprovalBody, samePerson, writeApproval } from "./approval-table.ts";
import { authorsOf } from "./authors-of.ts";
import { type KnownPerson, knownPerson } from "./known-person.ts";
import { useToken } from "./token-table.ts";

/** Who approves, and for how long. */
export interface ApprovalOptions {
  /** The approver: nobody who made the version. Needed without a token. */
  readonly approver?: string;
  /** The approver's token for the registry's `identity` verifier; it approves one thing. Without one, the approver is taken as stated. */
  readonly token?: string;
  /** In which role; with a token it must be among the token's. */
  readonly role: string;
  readonly comment: string;
  /** How long the approval counts. @default "7d" */
  readonly expiresIn?: Duration;
}

/**
 * Approves a version's transition, bound to the evidence as it is now: new evidence (another champion, policy or rollout) voids the approval.
 * Errors: `registry/approval-refused` (by who made it, unnamed, or by a token that is refused, used, or without the role; on record),
 * `registry/policy-missing`, `registry/invalid-transition`.
 */
export async function approveVersion(
  options: RegistryOptions,
  key: VersionKey,
  to: TransitionTarget,
  given: ApprovalOptions,
): Promise<Approval> {
  const { version } = await readVersion(options.metadata.sql.withTables<RegistryTables>(), key, options.verifier);
  if (policyOf(options, version) === undefined) {
    throw new SluiceError("registry/policy-missing", {
      found: "an approval without a policy",
      expected: "a promotion policy that it counts for",
      fix: "Pass `policy: defaultPolicy({...})` to openWorkspace.",
    });
  }
  const { approver, token, role, comment } = given ?? unsaid;
  const person = await knownPerson(options.identity, {
    ...(approver === undefined ? {} : { name: approver }),
    ...(token === undefined ? {} : { token }),
    role,
  });
  await adoptPolicy(options, version, person.name);
  const gathered = await gatherEvidence(options, key, to);
  requireTarget(gathered, to, gathered.subject.version.stage === "archived");
  const problem = problemOf(person, gathered, given);
  if (problem !== undefined || !person.known) return await refuse(options, gathered, to, person, comment, problem);
  const atMs = gathered.nowMs;
  const approval: Approval = {
    approver: person.name,
    role,
    comment,
    evidenceDigest: gathered.digest,
    atMs,
    expiresAtMs: atMs + durationMs(given.expiresIn ?? "7d"),
    ...(person.identity === undefined ? {} : { identity: person.identity }),
  };
  const body: ApprovalBody = { kind: "approval", schema: 1, model: key.name, version: key.version, to, ...approval };
  const signed = await signRecord(options.signer, body);
  if (!(await store(options, key, body, signed)))
    return await refuse(options, gathered, to, person, comment, "a token that has approved something else");
  return printedApproval(approval);
}

/** What is said where nothing was given. */
const unsaid: ApprovalOptions = { role: "", comment: "" };

function problemOf(person: KnownPerson, gathered: GatheredEvidence, given: ApprovalOptions): string | undefined {
  const { version } = gathered.subject;
  if (!person.known) return person.reason;
  if (typeof given.comment !== "string") return "an approval without a comment";
  const authors = authorsOf(version);
  if (authors.some((author) => person.names.some((name) => samePerson(name, author))))
    return `approval by ${JSON.stringify(person.name)}, made by author ${authors.map((author) => JSON.stringify(author)).join(" and ")}`;
  if (gathered.identity === "verified" && person.identity === undefined)
    return `approval by ${JSON.stringify(given.approver)}, as stated: this needs a verified identity (\`token\`)`;
  return undefined;
}

async function refuse(
  options: RegistryOptions,
  { subject: { version } }: GatheredEvidence,
  to: TransitionTarget,
  person: KnownPerson,
  comment: string,
  problem: string | undefined,
): Promise<never> {
  const reason = problem ?? "an approver who is not known";
  const asked = { to, actor: person.name, reason: comment };
  await recordRefusal(options, version, asked, { outcomes: [], reasons: [reason] });
  throw new SluiceError("registry/approval-refused", {
    found: reason,
    expected: "a named approver other than who made the version, verified where the policy asks for it",
    fix: "Ask somebody else, or pass a fresh token of theirs.",
  });
}

/** Writes the approval; false for a token that was used for something else. */
async function store(
  options: RegistryOptions,
  key: VersionKey,
  body: ApprovalBody,
  signed: SignedText,
): Promise<boolean> {
  const { to, approver, evidenceDigest: evidence, role, comment, expiresAtMs, identity } = body;
  return await options.metadata.write(async (tx) => {
    await tx.lock(modelLock(key.name));
    const sql = tx.sql.withTables<RegistryTables>();
    const usedFor = `${versionSubject(key)} ${to} ${evidence}`;
    if (identity !== undefined && !(await useToken(tx, identity.token, usedFor))) return false;
    const counters = await readCounters(sql, key.name);
    await writeCounters(tx, key.name, { ...counters, lastMs: Math.max(counters.lastMs, body.atMs) });
    await writeApproval(sql, body, signed);
    await options.ledger.audit.append(tx, {
      kind: "version.approved",
      subject: versionSubject(key),
      actor: approver,
      body: {
        to,
        approval: digestOf(signed.body),
        evidence,
        role,
        comment,
        expiresAtMs,
        ...(identity === undefined ? {} : { identity: { ...identity } }),
      },
    });
    return true;
  });
}
