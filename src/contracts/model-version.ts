import type { Digest } from "../core/digest.ts";
import type { ScannedFile } from "./artifact-scan.ts";
import type { FeatureServiceRef } from "./feature-service.ts";
import type { ModelSignature } from "./model-runtime.ts";
import type { RunRef } from "./run.ts";

/** Where a version stands. A candidate may take shadow traffic and canary shares below 100%, production the whole. */
export type Stage = "registered" | "staging" | "candidate" | "production" | "archived";

/** What is registered: a model, a prompt, or a configuration (thresholds, a feature service, any JSON). */
export type VersionKind = "model" | "prompt" | "config";

/** A version of another workspace, as it came from there: part of the signed record of an imported version. */
export interface VersionOrigin {
  readonly model: string;
  readonly version: number;
  readonly author: string;
  /** Its certificate there: what it was promoted to, and when. */
  readonly certificate: Digest;
  readonly stage: Stage;
  readonly issuedAtMs: number;
  /** The key that signed it, trusted by who imported it. */
  readonly keyId: string;
  /** Present where it stood there by break-glass, past closed gates: until when, epoch ms. */
  readonly breakGlassUntilMs?: number;
  /** The artifact of everything that came with it: certificate, evidence, policy, approvals, evaluation, lineage, proof. */
  readonly bundle: Digest;
}

/** A version of a registered model. Everything but `stage` and `revision` is immutable. */
export interface ModelVersion {
  readonly name: string;
  readonly version: number;
  /**
   * Absent for a model. A prompt and a config have no features, run or evaluation of their own: their `service` is what they take with the
   * request, their `run` that they were written, and their evaluation, where none was given, one on 0 rows, which passes no gate.
   */
  readonly kind?: Exclude<VersionKind, "model">;
  readonly artifactDigest: Digest;
  readonly artifactFormat: string;
  /** The artifact's files by digest, size and media type, in the order of their names. Left out in what was registered before this was kept. */
  readonly files?: readonly ScannedFile[];
  readonly signature: ModelSignature;
  /** The features of the input vector, in order. */
  readonly vector: readonly string[];
  readonly run: RunRef;
  /**
   * How it is known that `run` made the artifact: the run signed it while it ran (`recorded`), or only who registered it says so (`asserted`: `lineageComplete`,
   * `dataValidated` and `dataFreshness` stay closed). Absent for a prompt and a config.
   */
  readonly made?: "recorded" | "asserted";
  readonly service: FeatureServiceRef;
  readonly evaluationDigest: Digest;
  readonly author: string;
  /** Who else made it, and who started the pipeline it was registered in: they may not approve it either. Left out where there is nobody. */
  readonly contributors?: readonly string[];
  readonly registeredAtMs: number;
  /** Where it was imported from; left out for what was registered here. */
  readonly origin?: VersionOrigin;
  readonly stage: Stage;
  /** Grows by one at every transition. */
  readonly revision: number;
}
