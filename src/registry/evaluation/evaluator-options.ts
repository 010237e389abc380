import type { ArtifactStore } from "../../contracts/artifact.ts";
import type { BlobStore } from "../../contracts/blob-store.ts";
import type { Ledger } from "../../contracts/ledger.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { ModelRuntime } from "../../contracts/model-runtime.ts";
import type { ModelSource } from "../../contracts/model-source.ts";
import type { Signer } from "../../contracts/signer.ts";

/** What an evaluator is wired from. */
export interface EvaluatorOptions {
  readonly metadata: MetadataStore;
  readonly artifacts: ArtifactStore;
  readonly blobs: BlobStore;
  readonly ledger: Ledger;
  /** Signs that a report was measured here. */
  readonly signer: Signer;
  readonly runtimes: readonly ModelRuntime[];
  /** Gives the champion to compare with. */
  readonly champions: ModelSource;
  /** Names the code that runs, as it does for runs: `gitCodeVersion()`. @default asserted:unknown */
  readonly codeVersion?: () => Promise<string>;
  /** A clock for latencies that never goes back, milliseconds. @default performance.now */
  readonly monotonicMs?: () => number;
}
