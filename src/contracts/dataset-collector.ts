import type { DatasetDefinition } from "./dataset-definition.ts";
import type { DatasetVersion } from "./dataset-version.ts";
import type { IncrementalSource } from "./incremental-source.ts";

/** What became of rows that were handed over to be a part of a dataset. */
export type CollectedRows =
  | {
      readonly outcome: "committed";
      /** The new version; it ends with the rows that were accepted. */
      readonly version: DatasetVersion;
      readonly rows: { readonly accepted: number; readonly quarantined: number };
    }
  | {
      readonly outcome: "blocked";
      /** The version of the dataset's quarantine that all of the rows went to; `undefined` = they are nowhere. */
      readonly quarantine: DatasetVersion | undefined;
      readonly rows: { readonly read: number };
      readonly reasons: readonly string[];
    }
  | { readonly outcome: "up-to-date" };

/** Makes the news of a source a version of a dataset. Implemented by the data stage. */
export interface DatasetCollector {
  /** Checks a definition against what its name stands for. Errors: `definition/conflict`. */
  register(definition: DatasetDefinition): Promise<void>;
  /**
   * Appends what a source has that the dataset has not taken yet, validated and checked: each row once, also after a crash, because the
   * source's cursor moves in the transaction that publishes the version.
   */
  collect(
    definition: DatasetDefinition,
    source: IncrementalSource,
    options: { readonly onFailure: "quarantine" | "warn"; readonly signal?: AbortSignal },
  ): Promise<CollectedRows>;
}
