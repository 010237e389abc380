import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { IncrementalSource, SourceNews } from "../../contracts/incremental-source.ts";
import type { MetadataStore } from "../../contracts/metadata-store.ts";
import { isSluiceError } from "../../core/errors.ts";
import { type ErasureCount, type ErasureTables, erasureCount } from "../versions/erasure-counts.ts";
import type { Ingest } from "./ingest.ts";
import type { IngestOptions } from "./ingest-options.ts";
import type { IngestResult } from "./ingest-result.ts";
import { type CursorMove, cursorText, cursorValue, moveCursor, readCursor } from "./source-cursors.ts";

/** How an {@link IncrementalSource} is collected. */
export type CollectOptions = Omit<IngestOptions, "mode" | "onRepeat">;

/** There was nothing to take; the dataset is as it was. */
export interface NothingNew {
  readonly outcome: "up-to-date";
  readonly dataset: string;
  /** For a person. */
  readonly summary: string;
}

/** What came of a collection. */
export type CollectResult = IngestResult | NothingNew;

const attempts = 10;

/** What {@link collect} is wired with. */
export interface CollectWiring {
  readonly ingest: Ingest;
  readonly metadata: MetadataStore;
}

/**
 * Appends what a source has that the dataset has not taken yet. The cursor moves in the transaction that publishes the version, so rows are
 * taken exactly once, whatever process dies when; a blocked batch leaves it where it was. Where rows are erased from the dataset meanwhile,
 * the source is asked again: what it has no more is not published.
 */
export async function collect(
  { ingest, metadata }: CollectWiring,
  definition: DatasetDefinition,
  source: IncrementalSource,
  options: CollectOptions = {},
): Promise<CollectResult> {
  const { uri } = source.describe();
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  for (let attempt = 1; ; attempt++) {
    options.signal?.throwIfAborted();
    // Counted before the source is asked: it may still have what is erased meanwhile.
    const erasures = await erasureCount(metadata.sql.withTables<ErasureTables>(), definition.name);
    const from = await readCursor(metadata, definition.name, uri);
    const news = await source.since(cursorValue(definition.name, uri, from), signal);
    if (news === undefined) return nothingNew(definition.name, uri);
    const move = (): CursorMove => moveOf(erasures, uri, from, news);
    try {
      if (news.source !== undefined) {
        const work = { ...options, onRepeat: "append" } as const;
        const result = await ingest.ingest(definition, news.source, work, move);
        if (result.outcome === "committed" || result.rows.read > 0) return result;
      }
      await moveAlone(metadata, move());
      return nothingNew(definition.name, uri);
    } catch (error) {
      if (!isSluiceError(error, "data/cursor-moved") || attempt === attempts) throw error;
    }
  }
}

/** Moves a cursor past what has no rows. */
async function moveAlone(metadata: MetadataStore, move: CursorMove): Promise<void> {
  if (move.to === move.from) return;
  await metadata.write(async (tx) => {
    await tx.lock(`data:${move.dataset}`);
    await moveCursor(tx, move);
  });
}

function moveOf(erasures: ErasureCount, source: string, from: string | undefined, news: SourceNews): CursorMove {
  return { dataset: erasures.dataset, source, from, to: cursorText(news.cursor()), erasures };
}

function nothingNew(dataset: string, uri: string): NothingNew {
  return { outcome: "up-to-date", dataset, summary: `${dataset}: up to date with ${uri}` };
}
