import { z } from "zod";
import type { DatasetDefinition } from "../../src/contracts/dataset-definition.ts";
import type { ColumnTypes } from "../../src/core/cell-type.ts";
import { digestOfJson } from "../../src/core/digest.ts";

/** A dataset definition from column types alone; the event time is the column `time`. */
export function plainDataset<const N extends string, C extends ColumnTypes>(
  name: N,
  columns: C,
  options: { readonly knownTime?: keyof C & string; readonly id?: keyof C & string } = {},
): DatasetDefinition<N, C> {
  return {
    kind: "dataset",
    name,
    columns,
    schema: z.object({}),
    schemaDigest: digestOfJson({ name, columns: Object.keys(columns), knownTime: options.knownTime ?? null }),
    eventTime: "time",
    knownTime: options.knownTime,
    id: options.id,
    checks: [],
  };
}
