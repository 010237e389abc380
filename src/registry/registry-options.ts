import type { ArtifactStore } from "../contracts/artifact.ts";
import type { ArtifactLimits } from "../contracts/artifact-scan.ts";
import type { BlobStore } from "../contracts/blob-store.ts";
import type { DatasetReader } from "../contracts/dataset-version.ts";
import type { FeatureServiceRef } from "../contracts/feature-service.ts";
import type { PromotionPolicy } from "../contracts/gate.ts";
import type { IdentityVerifier } from "../contracts/identity.ts";
import type { Ledger } from "../contracts/ledger.ts";
import type { MetadataStore } from "../contracts/metadata-store.ts";
import type { ModelRuntime } from "../contracts/model-runtime.ts";
import type { RolloutEvidenceSource } from "../contracts/rollout.ts";
import type { RunReader } from "../contracts/run.ts";
import type { Signer, Verifier } from "../contracts/signer.ts";
import type { WorkspaceEvents } from "../contracts/workspace-events.ts";
import type { JsonValue } from "../core/canonical-json.ts";
import type { Clock } from "../core/clock.ts";
import { type OptionNames, requireParts } from "../core/known-options.ts";
import type { Logger } from "../core/logger.ts";
import type { Events } from "../core/events.ts";

/** What the registry must know of the feature stage. */
export interface CurrentServices {
  /** The feature service that is defined now under a name, or `undefined`. */
  current(name: string): Promise<FeatureServiceRef | undefined>;
}

/** What a registry is wired from. */
export interface RegistryOptions {
  readonly metadata: MetadataStore;
  readonly artifacts: ArtifactStore;
  /** What artifacts may hold: looked at when they are registered, imported and loaded. @default nothing that runs code, escapes or explodes */
  readonly artifactLimits?: ArtifactLimits;
  readonly blobs: BlobStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Signs versions, approvals and certificates. */
  readonly signer: Signer;
  /** Verifies them; pins the public keys. */
  readonly verifier: Verifier;
  readonly runtimes: readonly ModelRuntime[];
  readonly datasets: DatasetReader;
  /** When given, a version's run must be known to it. */
  readonly runs?: RunReader;
  /** What runs were made with, for the difference of two versions. @default not known */
  readonly runDetails?: {
    /** The parameters of a run. */
    params(runId: string): Promise<{ readonly [param: string]: JsonValue }>;
  };
  readonly services: CurrentServices;
  readonly rollouts: RolloutEvidenceSource;
  /** Without one every transition is refused. */
  readonly policy?: PromotionPolicy;
  /** The policies of prompts and configs, as from `defaultContentPolicy`. @default none: their transitions are refused */
  readonly policies?: { readonly prompt?: PromotionPolicy; readonly config?: PromotionPolicy };
  /** Says who approves: with it, approvals for production count only with a token. @default none: approvers are taken as stated, and certificates say so */
  readonly identity?: IdentityVerifier;
  readonly events: Events<WorkspaceEvents>;
  /** Where registrations that are legal but unwise are warned of. @default silent */
  readonly logger?: Logger;
}

const optionNames: OptionNames<RegistryOptions> = {
  metadata: "required",
  artifacts: "required",
  artifactLimits: "optional",
  blobs: "required",
  ledger: "required",
  clock: "required",
  signer: "required",
  verifier: "required",
  runtimes: "required",
  datasets: "required",
  runs: "optional",
  runDetails: "optional",
  services: "required",
  rollouts: "required",
  policy: "optional",
  policies: "optional",
  identity: "optional",
  events: "required",
  logger: "optional",
};

/** Refuses what a registry cannot be wired from. Errors: `argument/invalid` for a name that is mistyped, and without what is needed. */
export function requireRegistryParts(call: string, options: unknown): void {
  requireParts(call, options, optionNames);
}
