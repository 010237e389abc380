import type { DatasetReader } from "../../contracts/dataset-version.ts";
import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { Digest } from "../../core/digest.ts";
import { isSluiceError } from "../../core/errors.ts";
import type { LoadedRange } from "./loaded-range.ts";
import { rowIds } from "./source-events.ts";

/** Tells whether a row is in the online store already, by its id, its event time (epoch ms) and its place in history. */
export type IsLoaded = (id: number, eventTimeMs: number, place: number) => boolean;

/** Nothing is. */
export const noneLoaded: IsLoaded = () => false;

/** What a finished or interrupted materialization of the same version has brought over. */
export function loadedOf({ rows, fromMs, toMs }: LoadedRange): IsLoaded {
  return (_, eventTimeMs, place) => place < rows && eventTimeMs >= fromMs && eventTimeMs <= toMs;
}

/** How many versions an incremental materialization looks back; with more between, it loads the whole range. */
const versionsBack = 10_000;

/**
 * What a finished materialization of an earlier version has brought over, as seen from a version that was made from it by
 * appending: its rows up to the watermark, but not the rows appended since, however old they are. `undefined` where the version
 * was not made so (rows were erased or replaced): then nothing can be said.
 */
export async function loadedBefore(
  datasets: DatasetReader,
  source: Pick<DatasetDefinition, "id" | "name">,
  version: Digest,
  loaded: LoadedRange,
  signal: AbortSignal | undefined,
): Promise<IsLoaded | undefined> {
  if (!(await isAppendedTo(datasets, version, loaded.version))) return undefined;
  if (source.id === undefined) return loadedOf(loaded);
  const appended = await idsAfter(datasets, version, loaded.rows, { id: source.id, name: source.name }, signal);
  return (id, eventTimeMs) => eventTimeMs >= loaded.fromMs && eventTimeMs <= loaded.toMs && !appended.has(id);
}

/** A version's digest without its prefix. */
export function hexOf(version: Digest): string {
  return version.slice("sha256:".length);
}

/** Tells whether a version was made from another one (its hex digits) by appending alone. */
export async function isAppendedTo(datasets: DatasetReader, version: Digest, ancestor: string): Promise<boolean> {
  let next: Digest | null = version;
  for (let steps = 0; next !== null && steps < versionsBack; steps++) {
    if (hexOf(next) === ancestor) return true;
    try {
      next = (await datasets.version(next)).parent;
    } catch (error) {
      if (isSluiceError(error, "data/version-not-found")) return false; // collected since
      throw error;
    }
  }
  return false;
}

/** The ids of the rows after the first so many. An id that comes again is among them too: appending it again changes nothing. */
async function idsAfter(
  datasets: DatasetReader,
  version: Digest,
  rows: number,
  { id, name }: { readonly id: string; readonly name: string },
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<number>> {
  const ids = new Set<number>();
  const options = { columns: [id], fromRow: rows, ...(signal === undefined ? {} : { signal }) };
  for await (const part of datasets.scan(version, options)) for (const one of rowIds(part, id, name)) ids.add(one);
  return ids;
}
