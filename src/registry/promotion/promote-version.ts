import type { PromotionCertificate } from "../../contracts/certificate.ts";
import type { Gate, GateOutcome } from "../../contracts/gate.ts";
import type { ModelVersion, Stage } from "../../contracts/model-version.ts";
import { SluiceError } from "../../core/errors.ts";
import { adoptPolicy } from "../policy/adopt-policy.ts";
import { type Judgement, judgeTransition } from "../policy/judge-transition.ts";
import { policyDigest } from "../policy/policy-digest.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";
import { type VersionKey, versionSubject } from "../versions/version-key.ts";
import { readVersion } from "../versions/version-table.ts";
import { certify, type SignedCertificate, type TransitionRequest } from "./certify.ts";
import { commitTransition } from "./commit-transition.ts";
import { type GatheredEvidence, gatherEvidence } from "./gather-evidence.ts";
import { recordRefusal } from "./record-refusal.ts";
import { requireTransition } from "./transitions.ts";

/** What a promotion answers. A refusal is an expected outcome: nothing was changed, and it is on record. */
export type PromotionResult =
  | { readonly outcome: "promoted"; readonly version: ModelVersion; readonly certificate: PromotionCertificate }
  | {
      readonly outcome: "refused";
      readonly version: ModelVersion;
      readonly gates: readonly GateOutcome[];
      readonly reasons: readonly string[];
    };

/** How a transition is asked for. */
export interface AskedTransition extends TransitionRequest {
  readonly key: VersionKey;
  readonly to: Stage;
  /** Present for a rollback: the gate that the version was in production before. */
  readonly former?: Gate;
}

const attempts = 32;

/**
 * Takes a version through its gates: gathers evidence, judges, signs, and commits in one short transaction. When something the judgement
 * used has changed meanwhile it begins again, at most 32 times (`registry/conflict`).
 */
export async function promoteVersion(options: RegistryOptions, asked: AskedTransition): Promise<PromotionResult> {
  requireReason(asked);
  const sql = options.metadata.sql.withTables<RegistryTables>();
  for (let attempt = 0; attempt < attempts; attempt++) {
    await allowTransition(options, asked);
    await adoptPolicy(options, asked.actor);
    const gathered = await gatherEvidence(options, asked.key, asked.to);
    const judgement = judgeTransition(options.policy, gathered.evidence, asked.former);
    const policy = options.policy === undefined ? null : policyDigest(options.policy);
    if (!judgement.opens || policy === null || policy !== gathered.policyDigest)
      return await refused(options, gathered, judgement, asked);
    const certificate = await certify(options.signer, gathered, policy, judgement.outcomes, asked);
    await options.blobs.put(new TextEncoder().encode(gathered.text));
    if ((await gatherEvidence(options, asked.key, asked.to)).digest !== gathered.digest) continue;
    if ((await commitTransition(options, gathered, certificate)) === "changed") continue;
    const { version } = await readVersion(sql, asked.key, options.verifier);
    announce(options, certificate);
    return { outcome: "promoted", version, certificate: certificateOf(certificate) };
  }
  throw new SluiceError("registry/conflict", {
    found: `${versionSubject(asked.key)}, or what it was judged by, changed during each of ${attempts} attempts`,
    expected: "a moment's quiet",
    fix: "Try again.",
  });
}

async function allowTransition(options: RegistryOptions, asked: AskedTransition): Promise<void> {
  const { version } = await readVersion(options.metadata.sql.withTables<RegistryTables>(), asked.key, options.verifier);
  try {
    requireTransition(versionSubject(asked.key), version.stage, asked.to, asked.former !== undefined);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await recordRefusal(options, version, asked, { outcomes: [], reasons: [reason] });
    throw error;
  }
}

async function refused(
  options: RegistryOptions,
  gathered: GatheredEvidence,
  judgement: Judgement,
  asked: AskedTransition,
): Promise<PromotionResult> {
  const { version } = gathered.subject;
  const reasons = judgement.opens ? ["the policy changed while it was judged"] : judgement.reasons;
  await recordRefusal(options, version, asked, { outcomes: judgement.outcomes, reasons, evidence: gathered.digest });
  return { outcome: "refused", version, gates: judgement.outcomes, reasons };
}

function announce(options: RegistryOptions, certificate: SignedCertificate): void {
  const { subject, transition } = certificate.body;
  options.events.emit("version.promoted", { model: subject.model, version: subject.version, ...transition });
}

function certificateOf(certificate: SignedCertificate): PromotionCertificate {
  const { digest, body, signed } = certificate;
  return { digest, body, keyId: signed.key_id, signature: signed.signature };
}

function requireReason(asked: AskedTransition): void {
  for (const name of ["actor", "reason"] as const) {
    if (typeof asked[name] === "string" && asked[name].trim() !== "") continue;
    throw new SluiceError("argument/invalid", {
      found: `no ${name} for ${versionSubject(asked.key)}`,
      expected: `who decides, and why`,
      fix: `Pass a non-empty ${name}.`,
    });
  }
}
