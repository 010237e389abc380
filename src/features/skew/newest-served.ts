import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { ServedVectorReader } from "../../contracts/served-vectors.ts";
import { entitySample } from "../log/entity-sample.ts";
import { type ServedRow, servedRows } from "./served-rows.ts";

/** Which served rows are read. */
export interface ServedOptions {
  /** Rows served from this instant on, epoch ms. @default −∞: whatever is in the logs */
  readonly fromMs?: number;
  /** Rows served before this instant, epoch ms. @default ∞ */
  readonly toMs?: number;
  /** The share of the logged entities, in [0, 1]. @default 1 */
  readonly rate?: number;
  /** The most rows. @default 100_000 */
  readonly limit?: number;
}

/** The newest served rows, in the order they were served. */
export async function newestServed(
  service: ServiceDefinition,
  logs: readonly ServedVectorReader[],
  options: ServedOptions,
): Promise<readonly ServedRow[]> {
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, rate = 1, limit = 100_000 } = options;
  const sources = logs.map((log) => log.read(service, fromMs, toMs));
  let newest: readonly ServedRow[] = [];
  for await (const rows of servedRows(sources, service, entitySample(service, rate), 20_000)) {
    newest = [...newest, ...rows].sort((a, b) => a.servedAtMs - b.servedAtMs);
    newest = newest.slice(Math.max(0, newest.length - limit));
  }
  return newest;
}
