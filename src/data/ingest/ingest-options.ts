import type { Ledger } from "../../contracts/ledger.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import type { WorkspaceEvents } from "../../contracts/workspace-events.ts";
import type { Clock } from "../../core/clock.ts";
import type { Digest } from "../../core/digest.ts";
import type { Events } from "../../core/events.ts";
import type { WorkOptions } from "../../core/progress.ts";
import type { DatasetRepository } from "../dataset-repository.ts";

/** What an {@link Ingest} is wired with. */
export interface IngestWiring {
  readonly repository: DatasetRepository;
  readonly metadata: MetadataStore;
  readonly ledger: Ledger;
  readonly events: Events<WorkspaceEvents>;
  /** Tells checks the time. @default the machine's clock */
  readonly clock?: Clock;
}

/** How a batch is ingested. */
export interface IngestOptions extends WorkOptions {
  /**
   * What happens to rows that the schema refuses and to a batch that fails a check. `block`: either keeps the whole batch out.
   * `quarantine`: refused rows go to `<name>.quarantine` with their reasons, the others pass; where a check fails, all rows go there.
   * `warn`: refused rows go to quarantine, a failed check is only reported (the version does not count as validated). @default "block"
   */
  readonly onFailure?: "block" | "quarantine" | "warn";
  /** `append` to the newest version, or `replace` it. @default "append" */
  readonly mode?: "append" | "replace";
  /** What to do with a batch that was committed before, known by its bytes: `skip` answers as then, `append` adds its rows again. @default "skip" */
  readonly onRepeat?: "skip" | "append";
  /** The quarantine version whose rows were repaired to make this batch: recorded as its origin in the lineage. @default none */
  readonly repairs?: Digest;
  /** Refused rows kept in the result. @default 100 */
  readonly keepFaults?: number;
  /**
   * How many bytes of rows are held in memory; what a batch has beyond them is stored as it is read, where nobody sees it before the commit.
   * Checks that compare rows with each other (uniqueness, quantiles, distributions, custom ones) hold their own columns whole.
   * @default 67108864 (64 MiB)
   */
  readonly memoryBytes?: number;
  /** The branch to ingest into. @default "main" */
  readonly branch?: string;
  /** Why, for the log. @default "" */
  readonly message?: string;
  /** Who ingests, for the audit log. @default "system" */
  readonly actor?: string;
}
