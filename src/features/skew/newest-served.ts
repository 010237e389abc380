import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { ServedVectorReader } from "../../contracts/served-vectors.ts";
import { requireCount } from "../../stats/require-argument.ts";
import type { ErasedEntities } from "../log/erased-entities.ts";
import { isErased, type ServedPart, type ServedRow, servedRows } from "./served-rows.ts";

/** Which served rows are read. */
export interface ServedOptions extends ServedPart {
  /** The most rows, from 0. @default 100_000 */
  readonly limit?: number;
}

/** The newest served rows, in the order they were served. */
export async function newestServed(
  service: ServiceDefinition,
  logs: readonly ServedVectorReader[],
  options: ServedOptions,
  erased: ErasedEntities,
): Promise<readonly ServedRow[]> {
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, limit = 100_000 } = options;
  requireCount("limit", limit);
  const sources = logs.map((log) => log.read(service, fromMs, toMs));
  let newest: readonly ServedRow[] = [];
  for await (const rows of servedRows(sources, service, options, 20_000, (row) => !isErased(erased, row))) {
    newest = [...newest, ...rows].sort((a, b) => a.servedAtMs - b.servedAtMs);
    newest = newest.slice(Math.max(0, newest.length - limit));
  }
  return newest;
}
