import { type FeatureInputRow, featureStatus } from "../../contracts/feature-reader.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { ServedVectors } from "../../contracts/served-vectors.ts";
import { inputFromJson } from "../../ledger/segments/feature-input-json.ts";
import type { InSample } from "../log/entity-sample.ts";
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

/** The rows of a sample of entities, so many at a time. */
export async function* servedRows(
  sources: readonly ServedSource[],
  service: ServiceDefinition,
  inSample: InSample,
  rowsAtOnce: number,
): AsyncGenerator<readonly ServedRow[]> {
  let rows: ServedRow[] = [];
  for (const source of sources) {
    for await (const served of source) {
      if (served.service.hash !== service.hash) continue;
      for (let row = 0; row < served.rows; row++) {
        const input = inputFromJson(served.inputs[row] ?? "{}");
        if (!inSample(input)) continue;
        const [atMs = Number.NaN, servedAtMs = Number.NaN] = [served.atMs[row], served.servedAtMs[row]];
        rows.push({ served, row, input, atMs, servedAtMs });
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
