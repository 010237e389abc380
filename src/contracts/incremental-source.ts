import type { JsonValue } from "../core/canonical-json.ts";
import type { DataSource } from "./data-source.ts";

/** What a source has that was not taken before. */
export interface SourceNews {
  /** The new rows; `undefined` where there are none and only the cursor moves. */
  readonly source: DataSource | undefined;
  /** The cursor once they are taken. Asked when `source` was read to its end. */
  cursor(): JsonValue;
}

/** A source that grows, and can tell what is new since a place in it: a folder of files, a table with an increasing column. */
export interface IncrementalSource {
  /** What names its cursor, and it in lineage: an address without credentials, and a kind. */
  describe(): { readonly uri: string; readonly kind: string };
  /**
   * What is new since a cursor that an earlier answer gave; `undefined` where nothing is.
   *
   * @param cursor - `undefined` stands for the beginning.
   *
   * Errors: those of reading, and `data/source-changed` where something that was taken is another thing now.
   */
  since(cursor: JsonValue | undefined, options?: { readonly signal?: AbortSignal }): Promise<SourceNews | undefined>;
}
