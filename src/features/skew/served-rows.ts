import { type FeatureInputRow, featureStatus } from "../../contracts/feature-reader.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { ServedVectors } from "../../contracts/served-vectors.ts";
import { inputFromJson } from "../../ledger/segments/feature-input-json.ts";
import type { ErasedEntities } from "../log/erased-entities.ts";
import { entitySample } from "../log/entity-sample.ts";
import type { VectorCell } from "./cells-equal.ts";

/** A served row by its place in a batch of the log. */
export interface ServedRow {
  readonly served: ServedVectors;
  readonly row: number;
  readonly input: FeatureInputRow;
  readonly atMs: number;
  readonly servedAtMs: number;
}

/** Batches of one service whose rows are gathered, so that history is joined with many rows at once. */
export type ServedSource = Iterable<ServedVectors> | AsyncIterable<ServedVectors>;

/** Which served rows are looked at. */
export interface ServedPart {
  /** Rows served from this instant on, epoch ms. @default −∞: whatever is there */
  readonly fromMs?: number;
  /** Rows served before this instant, epoch ms. @default ∞ */
  readonly toMs?: number;
  /** The share of entities, in [0, 1], of those that were logged; by key, as the sample of the log. @default 1 */
  readonly rate?: number;
}

/** Whether a row was served of an entity that is erased: nothing in history can be compared with it. */
export function isErased(erased: ErasedEntities, { input, servedAtMs }: ServedRow): boolean {
  return !erased.isEmpty && erased.has(input, servedAtMs);
}

/** The rows of a period and of a sample of entities that a test holds for, so many at a time. Errors: `argument/invalid` (a rate). */
export async function* servedRows(
  sources: readonly ServedSource[],
  service: ServiceDefinition,
  { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY, rate = 1 }: ServedPart,
  rowsAtOnce: number,
  keep: (row: ServedRow) => boolean,
): AsyncGenerator<readonly ServedRow[]> {
  const inSample = entitySample(service, rate);
  let rows: ServedRow[] = [];
  for (const source of sources) {
    for await (const served of source) {
      if (served.service.hash !== service.hash) continue;
      for (let row = 0; row < served.rows; row++) {
        const [atMs = Number.NaN, servedAtMs = Number.NaN] = [served.atMs[row], served.servedAtMs[row]];
        if (!(servedAtMs >= fromMs && servedAtMs < toMs)) continue;
        const input = inputFromJson(served.inputs[row] ?? "{}");
        if (!inSample(input)) continue;
        const one = { served, row, input, atMs, servedAtMs };
        if (!keep(one)) continue;
        rows.push(one);
        if (rows.length < rowsAtOnce) continue;
        yield rows;
        rows = [];
      }
    }
  }
  if (rows.length > 0) yield rows;
}

/** A row's cell by the feature's name; `undefined` = the log has no such feature. */
export function servedCell({ served, row }: ServedRow, feature: string): VectorCell | undefined {
  const at = served.names.indexOf(feature);
  if (at < 0) return undefined;
  const cell = row * served.names.length + at;
  return { value: served.values[cell] ?? Number.NaN, status: served.statuses[cell] ?? featureStatus.missing };
}
