import type { ArtifactContent } from "../contracts/artifact.ts";
import type { PromotionCertificate } from "../contracts/certificate.ts";
import type { Approval } from "../contracts/gate.ts";
import type { LineageTree } from "../contracts/lineage-store.ts";
import type { ModelDefinition } from "../contracts/model-definition.ts";
import type { CertifiedModel, ModelSource } from "../contracts/model-source.ts";
import type { ModelVersion, Stage } from "../contracts/model-version.ts";
import type { Digest } from "../core/digest.ts";
import { ScannedArtifactStore } from "../ledger/artifacts/scanned-artifact-store.ts";
import { unknownKey } from "../ledger/unknown-key.ts";
import { type ApprovalOptions, approveVersion } from "./approvals/approve-version.ts";
import { changedCertificate, storedCertificate } from "./certificates/certificate-table.ts";
import { type KeyRotation, type RotatedKey, rotateKey } from "./certificates/rotate-key.ts";
import { verifySigned } from "./certificates/verify-certificate.ts";
import { VerifiedModelSource } from "./loading/verified-model-source.ts";
import { verifiedCertificate } from "./loading/verified-record.ts";
import { whileSettled } from "./loading/while-settled.ts";
import type { TransitionRequest } from "./promotion/certify.ts";
import { explainTransition, type TransitionExplanation } from "./promotion/explain-transition.ts";
import { presentChampion } from "./promotion/gather-evidence.ts";
import { type PromotionResult, promoteVersion } from "./promotion/promote-version.ts";
import { rollBack } from "./promotion/roll-back.ts";
import { requirePolicy } from "./policy/require-policy.ts";
import type { RegistryOptions } from "./registry-options.ts";
import type { RegistrySql, RegistryTables } from "./tables.ts";
import type { ImportOptions } from "./transfer/import-version.ts";
import { type Aliases, newestCandidate, readAliases } from "./versions/aliases.ts";
import { readCounters } from "./versions/model-row.ts";
import { type RegisteredVersion, type Registration, registerVersion } from "./versions/register-version.ts";
import { type VersionKey, versionSubject } from "./versions/version-key.ts";
import { readVersion, readVersions, tampered } from "./versions/version-table.ts";

/**
 * The registry: versions, approvals, and the one way from stage to stage. `promote()` is the only writer of a version's stage and of the
 * aliases that serving reads; what it gives to serving is verified at every call.
 */
export class ModelRegistry implements ModelSource {
  readonly #options: RegistryOptions;
  readonly #source: VerifiedModelSource;

  /** Errors: `definition/invalid` for a policy that is none. */
  constructor(options: RegistryOptions) {
    if (options.policy !== undefined) requirePolicy(options.policy);
    const artifacts = new ScannedArtifactStore(options.artifacts, options.artifactLimits);
    this.#options = { ...options, artifacts };
    this.#source = new VerifiedModelSource(this.#options);
  }

  /**
   * Registers a trained model as the next version, with its run and its evaluation. The same again is the same version.
   * Errors: `registry/evidence-mismatch`, `definition/invalid`, `training/run-not-found`, `registry/conflict`.
   */
  async register(model: ModelDefinition, registration: Registration): Promise<RegisteredVersion> {
    return await registerVersion(this.#options, model, registration);
  }

  /** What would come of a promotion now: which gates would pass, fail, and why. Writes nothing. Errors: `registry/not-found`, `registry/invalid-transition`. */
  async explain(version: VersionKey, to: Stage): Promise<TransitionExplanation> {
    return await explainTransition(this.#options, version, to);
  }

  /**
   * Approves a transition, bound to the evidence as it is now; other evidence voids it.
   * Errors: `registry/approval-refused` (by the author), `registry/policy-missing`, `registry/invalid-transition`, `registry/not-found`.
   */
  async approve(version: VersionKey, to: Stage, options: ApprovalOptions): Promise<Approval> {
    return await approveVersion(this.#options, version, to, options);
  }

  /**
   * Takes a version to a stage if the policy's gates open. A refusal is a value, and on record. Production replaces (archives) the champion.
   * Errors: `registry/not-found`, `registry/invalid-transition`, `registry/tampered`, `registry/conflict`.
   */
  async promote(version: VersionKey, to: Stage, request: TransitionRequest): Promise<PromotionResult> {
    return await promoteVersion(this.#options, { key: version, to, actor: request.actor, reason: request.reason });
  }

  /** Brings an archived version that was in production back into production. Errors: as `promote`. */
  async rollback(model: string, toVersion: number, request: TransitionRequest): Promise<PromotionResult> {
    return await rollBack(this.#options, { name: model, version: toVersion }, request);
  }

  /** Every version of a model, oldest first. Errors: `registry/tampered`. */
  async versions(model: string): Promise<readonly ModelVersion[]> {
    const registered = (await readCounters(this.#sql(), model)).versions;
    const found = await readVersions(this.#sql(), model, this.#options.verifier);
    if (found.length < registered)
      throw tampered(`${model}@1-${registered}`, `${registered} versions were registered, ${found.length} are there`);
    return found.map((stored) => stored.version);
  }

  /** One version. Errors: `registry/not-found`, `registry/tampered`. */
  async version(model: string, version: number): Promise<ModelVersion> {
    return (await readVersion(this.#sql(), { name: model, version }, this.#options.verifier)).version;
  }

  /** Where the aliases point, checked against the versions' certificates. Errors: `registry/tampered`, `certificate/invalid`, `audit/broken`. */
  async aliases(model: string): Promise<Aliases> {
    return await whileSettled(this.#options, model, () => this.#aliases(model));
  }

  /** A certificate by digest, verified. Errors: `certificate/missing`, `certificate/invalid`, `certificate/unknown-key`. */
  async certificate(digest: Digest): Promise<PromotionCertificate> {
    const certificate = await storedCertificate(this.#sql(), digest, "the registry");
    const verdict = await verifySigned(certificate, this.#options.verifier);
    if (!verdict.valid)
      throw (
        unknownKey(this.#options.verifier, certificate.keyId, `the certificate ${digest}`) ??
        changedCertificate("the registry", digest, verdict.reason)
      );
    return certificate;
  }

  /** The certificate that a version stands on, verified. Errors: `certificate/missing` before its first promotion, and as `certificate`. */
  async certificateOf(version: VersionKey): Promise<PromotionCertificate> {
    return await whileSettled(
      this.#options,
      version.name,
      async () =>
        await verifiedCertificate(this.#options, await readVersion(this.#sql(), version, this.#options.verifier)),
    );
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
    return await exportVersion(this.#options, version, by);
  }

  /**
   * Takes a version in that another workspace exported, verified by the keys that `trust` pins. It arrives as registered and needs its own promotion.
   * Errors: `certificate/invalid`, `artifact/refused`, `registry/evidence-mismatch`, `registry/conflict`.
   */
  async import(content: ArtifactContent, options: ImportOptions): Promise<ModelVersion> {
    const { importVersion } = await import("./transfer/import-version.ts");
    return await importVersion(this.#options, content, options);
  }

  /**
   * Replaces the key that signs, on record and signed by both keys; then give the registry the new signer, and the old key its end in the verifier.
   * Errors: `signer/invalid-key` where the verifier does not pin both, `argument/invalid`.
   */
  async rotateKey(rotation: KeyRotation): Promise<RotatedKey> {
    return await rotateKey(this.#options, rotation);
  }

  async #aliases(model: string): Promise<Aliases> {
    const champion = await presentChampion(this.#options, model);
    const { challenger } = await readAliases(this.#sql(), model);
    const newest = await newestCandidate(this.#sql(), model);
    if (challenger !== newest) {
      throw tampered(
        `${model}@${challenger ?? "-"}`,
        `the alias "challenger" points at ${challenger ?? "nothing"}, the newest candidate is ${newest ?? "none"}`,
      );
    }
    if (champion !== null) await verifiedCertificate(this.#options, champion);
    if (challenger !== undefined) {
      await verifiedCertificate(
        this.#options,
        await readVersion(this.#sql(), { name: model, version: challenger }, this.#options.verifier),
      );
    }
    return { champion: champion?.version.version, challenger };
  }

  #sql(): RegistrySql {
    return this.#options.metadata.sql.withTables<RegistryTables>();
  }
}
