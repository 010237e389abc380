import type { ArtifactContent, OpenArtifact } from "../contracts/artifact.ts";
import type { PromotionCertificate } from "../contracts/certificate.ts";
import type { EvaluationReport } from "../contracts/evaluation-report.ts";
import type { Approval, Deprecation } from "../contracts/gate.ts";
import type { LineageTree } from "../contracts/lineage-store.ts";
import type { ModelDefinition } from "../contracts/model-definition.ts";
import type { CertifiedModel, ModelSource } from "../contracts/model-source.ts";
import type { ModelCard, ModelCardParts } from "../contracts/model-card.ts";
import type { ModelVersion, Stage } from "../contracts/model-version.ts";
import type { Digest } from "../core/digest.ts";
import { gathered } from "../ledger/artifacts/open-artifact.ts";
import { ScannedArtifactStore } from "../ledger/artifacts/scanned-artifact-store.ts";
import { type ApprovalOptions, approveVersion } from "./approvals/approve-version.ts";
import { revokeApproval } from "./approvals/revoke-approval.ts";
import { cardOf } from "./cards/card-of.ts";
import { writeCard } from "./cards/write-card.ts";
import { storedCertificate } from "./certificates/certificate-table.ts";
import { verifiedAliases } from "./loading/verified-aliases.ts";
import { type KeyRotation, type RotatedKey, rotateKey } from "./certificates/rotate-key.ts";
import type { KeyRetirement } from "./certificates/retire-key.ts";
import { requireSigned } from "./certificates/signed-certificate.ts";
import { storedEvaluation } from "./evaluation/evaluation-table.ts";
import { VerifiedModelSource } from "./loading/verified-model-source.ts";
import { verifiedCertificate } from "./loading/verified-record.ts";
import { whileSettled } from "./loading/while-settled.ts";
import { breakGlass, type BreakGlassRequest } from "./promotion/break-glass.ts";
import { explainTransition, type TransitionExplanation } from "./promotion/explain-transition.ts";
import { storedEvidence } from "./promotion/evidence-table.ts";
import type { PromotionResult } from "./promotion/promotion-result.ts";
import { promoteVersion } from "./promotion/promote-version.ts";
import { removeAlias } from "./promotion/remove-alias.ts";
import { rollBack } from "./promotion/roll-back.ts";
import { soundPolicies } from "./policy/sound-policy.ts";
import { requested } from "./registry-calls.ts";
import { type RegistryOptions, requireRegistryParts } from "./registry-options.ts";
import type { RegistrySql, RegistryTables } from "./tables.ts";
import type { Aliases } from "./versions/aliases.ts";
import {
  deprecateVersion,
  deprecationOf,
  type DeprecationRequest,
  reinstateVersion,
} from "./versions/deprecate-version.ts";
import { readStanding } from "./versions/standing.ts";
import { aliasTarget, type TransitionTarget } from "./versions/transition-target.ts";
import type { RegisteredVersion } from "./versions/insert-version.ts";
import { recordedRegistration } from "./versions/recorded-registration.ts";
import { type Registration, registerVersion } from "./versions/register-version.ts";
import type { TransitionRequest } from "./versions/transition-request.ts";
import type { ImportOptions } from "./transfer/import-version.ts";
import { countedVersions } from "./versions/counted-versions.ts";
import { modelOf, type VersionKey, versionSubject } from "./versions/version-key.ts";
import { readVersion } from "./versions/version-table.ts";

/**
 * The registry: versions, approvals, and the one way from stage to stage. `promote()` is the only writer of a version's stage and of the
 * aliases that serving reads; what it gives to serving is verified at every call.
 */
export class ModelRegistry implements ModelSource {
  readonly #options: RegistryOptions;
  readonly #source: VerifiedModelSource;

  /** Reads the policies once: what is changed in them later is not judged by. Errors: `definition/invalid` for a malformed policy. */
  constructor(options: RegistryOptions) {
    requireRegistryParts("new ModelRegistry(options)", options);
    const artifacts = new ScannedArtifactStore(options.artifacts, options.artifactLimits);
    this.#options = { ...soundPolicies(options), artifacts };
    this.#source = new VerifiedModelSource(this.#options);
  }

  /**
   * Registers a trained model as the next version, with its evaluation and the run that made it. The same again is the same version. A refusal goes on
   * record. Errors: `registry/evidence-mismatch`, `definition/invalid`, `training/run-not-found`, `registry/tampered`, `registry/conflict`.
   */
  async register(model: ModelDefinition, registration: Registration): Promise<RegisteredVersion> {
    return await recordedRegistration(this.#options, { name: model?.name, author: registration?.author }, () =>
      registerVersion(this.#options, model, requested("register", registration)),
    );
  }

  /**
   * What would come of a promotion now, or of moving an alias (`"alias:eu"`): which gates would pass, fail, and why; of a stage
   * further on than the next one too, with what comes first. Writes nothing.
   * Errors: `registry/not-found`, `registry/invalid-transition`.
   */
  async explain(version: VersionKey, to: TransitionTarget): Promise<TransitionExplanation> {
    return await explainTransition(this.#options, version, to);
  }

  /**
   * Approves a transition, or the move of an alias (`"alias:eu"`), bound to the evidence as it is now; other evidence voids it.
   * Errors: `registry/approval-refused` (by the author; a token that is refused, used, or without the role), `registry/policy-missing`,
   * `registry/invalid-transition`, `registry/not-found`.
   */
  async approve(version: VersionKey, to: TransitionTarget, options: ApprovalOptions): Promise<Approval> {
    return await approveVersion(this.#options, version, to, requested("approve", options));
  }

  /**
   * Takes back every approval of one person for a transition; answers how many. Anybody may: it only makes the gate stricter.
   * Errors: `registry/not-found`, `argument/invalid`, `registry/conflict`.
   */
  async revokeApproval(
    version: VersionKey,
    to: TransitionTarget,
    request: TransitionRequest & { readonly approver: string },
  ): Promise<number> {
    return await revokeApproval(this.#options, version, to, requested("revokeApproval", request));
  }

  /**
   * Takes a version to a stage if the policy's gates open. A refusal is a value, and on record. Production replaces (archives) the champion.
   * Errors: `registry/not-found`, `registry/invalid-transition`, `registry/tampered`, `registry/conflict`.
   */
  async promote(version: VersionKey, to: Stage, request: TransitionRequest): Promise<PromotionResult> {
    return await promoteVersion(this.#options, { key: version, to, ...requested("promote", request) });
  }

  /**
   * Takes a version to candidate or production past closed gates, where the policy permits it, for a while: see the policy's `breakGlass`. What the gates
   * answered is in the certificate. When the time is over loading refuses it, unless `promote()` to the same stage has confirmed it through its gates.
   * Errors: as `promote`.
   */
  async breakGlass(
    version: VersionKey,
    to: "candidate" | "production",
    request: BreakGlassRequest,
  ): Promise<PromotionResult> {
    return await breakGlass(this.#options, version, to, requested("breakGlass", request));
  }

  /**
   * Points an alias of the host's own at a version, if the policy has an entry for it (`aliases`) and its gates open: certified, as a promotion is.
   * Errors: `registry/not-found`, `registry/invalid-transition` (no such name), `registry/tampered`, `registry/conflict`.
   */
  async alias(version: VersionKey, alias: string, request: TransitionRequest): Promise<PromotionResult> {
    const to = aliasTarget(alias);
    return await promoteVersion(this.#options, { key: version, to, ...requested("alias", request) });
  }

  /** Takes an alias of the host's own away; loading by it then fails. Errors: `registry/not-found`, `registry/invalid-transition`. */
  async removeAlias(model: string, alias: string, request: TransitionRequest): Promise<void> {
    await removeAlias(this.#options, model, alias, requested("removeAlias", request));
  }

  /**
   * Deprecates a version: loading warns, and refuses from `until` on; no transition but archiving is open to it.
   * Errors: `registry/not-found`, `argument/invalid`, `registry/conflict`.
   */
  async deprecate(version: VersionKey, request: DeprecationRequest): Promise<Deprecation> {
    return await deprecateVersion(this.#options, version, requested("deprecate", request));
  }

  /** Takes a deprecation back. Errors: `registry/not-found`. */
  async reinstate(version: VersionKey, request: TransitionRequest): Promise<void> {
    await reinstateVersion(this.#options, version, requested("reinstate", request));
  }

  /** A version's deprecation; `undefined` = it has none. Errors: `registry/tampered`. */
  async deprecation(version: VersionKey): Promise<Deprecation | undefined> {
    return await whileSettled(this.#options, modelOf(version), async () =>
      deprecationOf(this.#options, await readStanding(this.#sql(), version.name, this.#options.verifier), version),
    );
  }

  /**
   * Writes the next revision of a version's model card; what is left out is marked as missing. Earlier revisions stay.
   * Errors: `argument/invalid`, `registry/not-found`, `registry/conflict`.
   */
  async writeCard(version: VersionKey, parts: ModelCardParts, by: { readonly author: string }): Promise<ModelCard> {
    return await writeCard(this.#options, version, parts, requested("writeCard", by));
  }

  /** A version's model card, the newest revision or one by number, verified; `undefined` = nobody has written one. Errors: `registry/tampered`. */
  async card(version: VersionKey, revision?: number): Promise<ModelCard | undefined> {
    return await whileSettled(this.#options, modelOf(version), () => cardOf(this.#options, version, revision));
  }

  /** Brings an archived version that was in production back into production. Errors: as `promote`. */
  async rollback(model: string, toVersion: number, request: TransitionRequest): Promise<PromotionResult> {
    return await rollBack(this.#options, { name: model, version: toVersion }, requested("rollback", request));
  }

  /** Every version of a model, oldest first. Errors: `registry/tampered`. */
  async versions(model: string): Promise<readonly ModelVersion[]> {
    return (await countedVersions(this.#options, model)).map((stored) => stored.version);
  }

  /** One version. Errors: `registry/not-found`, `registry/tampered`. */
  async version(model: string, version: number): Promise<ModelVersion> {
    return (await readVersion(this.#sql(), { name: model, version }, this.#options.verifier)).version;
  }

  /** Where the aliases point, checked against the versions' certificates. Errors: `registry/tampered`, `certificate/invalid`, `audit/broken`. */
  async aliases(model: string): Promise<Aliases> {
    return await whileSettled(this.#options, model, () => verifiedAliases(this.#options, model));
  }

  /** A certificate by digest, verified. Errors: `certificate/missing`, `certificate/invalid`, `certificate/unknown-key`. */
  async certificate(digest: Digest): Promise<PromotionCertificate> {
    const certificate = await storedCertificate(this.#sql(), digest, "the registry");
    await requireSigned(certificate, this.#options.verifier, "the registry", `the certificate ${digest}`);
    return certificate;
  }

  /** The certificate that a version stands on, verified. Errors: `certificate/missing` before its first promotion, and as `certificate`. */
  async certificateOf(version: VersionKey): Promise<PromotionCertificate> {
    return await whileSettled(
      this.#options,
      modelOf(version),
      async () =>
        await verifiedCertificate(this.#options, await readVersion(this.#sql(), version, this.#options.verifier)),
    );
  }

  /** The evaluation that a version was registered with, verified; `undefined` where none was. Errors: `registry/not-found`, `registry/tampered`, `blob/not-found`. */
  async evaluationOf(version: VersionKey): Promise<EvaluationReport | undefined> {
    const { blobs, verifier } = this.#options;
    const stored = await readVersion(this.#sql(), version, verifier);
    return await storedEvaluation(this.#sql(), blobs, verifier, stored.version.evaluationDigest);
  }

  /** The evidence that a certificate was issued on, as canonical JSON: its digest is the certificate's `evidenceDigest`. Errors: as `certificate`, and `registry/tampered`, `blob/not-found`. */
  async evidenceOf(certificate: Digest): Promise<string> {
    const { body } = await this.certificate(certificate);
    return await storedEvidence(this.#options, body.evidenceDigest);
  }

  /** Everything a version was made from, from its certificate (or itself, before its first promotion) back to the sources. */
  async lineageOf(version: VersionKey): Promise<LineageTree> {
    const stored = await readVersion(this.#sql(), version, this.#options.verifier);
    const { lineage } = this.#options.ledger;
    return stored.certificate === null
      ? await lineage.upstream(`model-version:${versionSubject(stored.version)}`)
      : await lineage.upstream(`certificate:${stored.certificate}`);
  }

  /** The production version, verified. Errors: `serving/no-champion`, and whatever verification finds. */
  async champion(model: string): Promise<CertifiedModel> {
    return await this.#source.champion(model);
  }

  /**
   * What an alias names (`champion`, `challenger`, one of the host's own), or a version by number, verified, with what speaks against using it (`warnings`).
   * Errors: as `champion`, and `registry/not-found`, `serving/not-certified`, `certificate/expired`, `registry/deprecated`.
   */
  async load(model: string, which: string | number = "champion"): Promise<CertifiedModel> {
    return await this.#source.load(model, which);
  }

  /** A version whose certificate permits at least that share of the traffic, verified. Errors: as `champion`, and `serving/not-certified`. */
  async certified(model: string, version: number, share: number): Promise<CertifiedModel> {
    return await this.#source.certified(model, version, share);
  }

  /** Grows at each transition of the model. */
  async revision(model: string): Promise<number> {
    return await this.#source.revision(model);
  }

  /**
   * A certified version as files that another workspace (or anybody with the public key) can verify by themselves; that it left goes on record.
   * Errors: `serving/not-certified`, and as `certificateOf`.
   */
  async export(version: VersionKey, by: TransitionRequest): Promise<ArtifactContent> {
    const { exportVersion } = await import("./transfer/export-version.ts");
    return await gathered(await exportVersion(this.#options, version, requested("export", by)));
  }

  /** As {@link export}, of files that are read a part at a time: a model of any size leaves without being in memory. Errors: as there. */
  async openExport(version: VersionKey, by: TransitionRequest): Promise<OpenArtifact> {
    const { exportVersion } = await import("./transfer/export-version.ts");
    return await exportVersion(this.#options, version, requested("openExport", by));
  }

  /**
   * Takes a version in that another workspace exported, in memory or read a part at a time, verified by the keys that `trust` pins. It arrives as registered and needs its own promotion.
   * Errors: `certificate/invalid`, `artifact/refused`, `registry/evidence-mismatch`, `registry/conflict`.
   */
  async import(content: ArtifactContent | OpenArtifact, options: ImportOptions): Promise<ModelVersion> {
    const { importVersion } = await import("./transfer/import-version.ts");
    return await importVersion(this.#options, content, requested("import", options));
  }

  /** Replaces the key that signs, signed by both keys; then give the registry the new signer. Errors: `signer/invalid-key`, `argument/invalid`. */
  async rotateKey(rotation: KeyRotation): Promise<RotatedKey> {
    return await rotateKey(this.#options, requested("rotateKey", rotation));
  }

  /** Puts the present key in the place of one that is lost, by who may act in emergencies, loudly. Errors: see {@link KeyRetirement}. */
  async retireKey(retirement: KeyRetirement): Promise<RotatedKey> {
    const { retireKey } = await import("./certificates/retire-key.ts");
    return await retireKey(this.#options, requested("retireKey", retirement));
  }

  #sql(): RegistrySql {
    return this.#options.metadata.sql.withTables<RegistryTables>();
  }
}
