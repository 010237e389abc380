import type { ArtifactContent } from "./artifact.ts";
import type { PromotionCertificate } from "./certificate.ts";
import type { ModelVersion } from "./model-version.ts";

/** A version with its verified certificate and artifact. */
export interface CertifiedModel {
  readonly version: ModelVersion;
  readonly certificate: PromotionCertificate;
  readonly artifact: ArtifactContent;
  /** What speaks against using it: it is deprecated, or passed its gates by an emergency; left out where there is nothing. */
  readonly warnings?: readonly string[];
  /** It may be used before this instant, epoch milliseconds; left out where there is no end. */
  readonly validUntilMs?: number;
}

/** Gives certified versions to serving. Implemented by the registry: verifies signature, digests and stage at every call. */
export interface ModelSource {
  /** The production version. Errors: `serving/no-champion`, `certificate/missing`, `certificate/invalid`, `artifact/corrupt`. */
  champion(model: string): Promise<CertifiedModel>;
  /** A version whose certificate permits at least `share` of the traffic (0 = shadow). Errors: as `champion`, and `serving/not-certified`. */
  certified(model: string, version: number, share: number): Promise<CertifiedModel>;
  /** Grows at each transition of the model; routers poll it to notice a new champion. */
  revision(model: string): Promise<number>;
}
