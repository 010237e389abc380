import type { ServedRecords } from "../../contracts/served-records.ts";
import type { WaitingRows } from "../../contracts/waiting-rows.ts";
import type { BlobStore } from "../../contracts/blob-store.ts";
import type { Ledger } from "../../contracts/ledger.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { Clock } from "../../core/clock.ts";
import type { Digest } from "../../core/digest.ts";
import type { DatasetRepository } from "../dataset-repository.ts";

/** What `DatasetVersions` is wired with. */
export interface DatasetVersionsWiring {
  readonly repository: DatasetRepository;
  readonly metadata: MetadataStore;
  readonly blobs: BlobStore;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /**
   * The digests of blobs and dataset versions that others name (runs, models, monitors): garbage collection keeps them.
   * @default unknown: then nothing can be collected
   */
  readonly roots?: () => AsyncIterable<Digest>;
  /** Rows that are in no version yet: an erasure reaches them too. @default there are none */
  readonly waiting?: WaitingRows;
  /** What was served of rows, and is on record: an erasure reaches it too. @default there is nothing */
  readonly served?: ServedRecords;
}

/** Who does something to a ref. */
export interface RefOptions {
  /** For the audit log. @default "system" */
  readonly actor?: string;
}
