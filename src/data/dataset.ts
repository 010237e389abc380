import type { z } from "zod";
import type { Check } from "../contracts/check.ts";
import type { ColumnsOf, DatasetDefinition } from "../contracts/dataset-definition.ts";
import type { CellTag, ColumnType, ColumnTypes, NamesOf } from "../core/cell-type.ts";
import { digestOfJson } from "../core/digest.ts";
import { SluiceError } from "../core/errors.ts";
import { definitionRecord } from "./definition-record.ts";
import { quarantineSuffix } from "./ingest/quarantine.ts";
import { typedFields } from "./schema/schema-field.ts";

/** What a dataset is made of. */
export interface DatasetOptions<S extends z.core.$ZodObject> {
  /** The rows' schema: a zod 4 object (also of zod/mini) of numbers, bigints, strings, enums, booleans, dates, arrays and objects. */
  readonly schema: S;
  /** The column that says when a row's facts happened. */
  readonly eventTime: NamesOf<ColumnsOf<S>, "instant">;
  /** The column that says when they became known. @default the event time */
  readonly knownTime?: NamesOf<ColumnsOf<S>, "instant">;
  /** A column of safe integers that names a row; needed for idempotent pushes. */
  readonly id?: NamesOf<ColumnsOf<S>, "f64" | "i32" | "i64">;
  /** What a batch must meet as a whole. @default none */
  readonly checks?: readonly Check<NoInfer<keyof ColumnsOf<S> & string>>[];
}

/**
 * Defines a dataset: a name, a row schema and checks. Does no I/O.
 *
 * Numbers are stored as doubles, bigints as 64-bit integers, strings and enums as text, dates as instants (epoch ms), arrays of numbers
 * and of strings as lists (vectors, where they have a `length`), objects and other arrays as JSON.
 * Throws `definition/invalid`, naming the field, for a kind of field that no column can hold, and for unknown columns.
 *
 * @example
 * ```ts
 * import { dataset } from "sluice/data";
 * import { z } from "zod";
 * const flights = dataset("flights", {
 *   schema: z.object({ date: z.date(), origin: z.string(), delay: z.number().nullable() }),
 *   eventTime: "date",
 * });
 * if (flights.columns.delay.tag !== "f64" || !flights.columns.delay.nullable) throw new Error("a nullable number expected");
 * ```
 */
export function dataset<const N extends string, S extends z.core.$ZodObject>(
  name: N,
  options: DatasetOptions<S>,
): DatasetDefinition<N, ColumnsOf<S>> {
  if (!/^[A-Za-z][A-Za-z0-9_.-]{0,99}$/.test(name)) {
    throw new SluiceError("definition/invalid", {
      found: `the dataset name ${JSON.stringify(name)}`,
      expected: "a letter, then at most 99 letters, digits, dots, dashes and underscores",
      fix: "Choose another name.",
    });
  }
  if (name.endsWith(quarantineSuffix)) {
    throw new SluiceError("definition/invalid", {
      found: `the dataset name "${name}"`,
      expected: `a name that does not end in "${quarantineSuffix}", where a dataset's refused rows go`,
      fix: "Choose another name.",
    });
  }
  const fields = typedFields(name, options.schema);
  const columns: { [name: string]: ColumnType } = {};
  for (const { name: column, tag, nullable, size } of fields)
    columns[column] = { tag, nullable, ...(size !== undefined && { size }) };
  requireColumn(name, columns, "eventTime", options.eventTime, ["instant"]);
  requireColumn(name, columns, "knownTime", options.knownTime, ["instant"]);
  requireColumn(name, columns, "id", options.id, ["f64", "i32", "i64"]);
  const checks: readonly Check[] = options.checks ?? [];
  for (const check of checks)
    for (const column of check.columns) requireColumn(name, columns, `check ${check.check}`, column, check.tags);
  const definition = {
    kind: "dataset",
    name,
    columns: columnsOfSchema<S>(columns),
    schema: options.schema,
    eventTime: options.eventTime,
    knownTime: options.knownTime,
    id: options.id,
    checks,
  } as const;
  return { ...definition, schemaDigest: digestOfJson(definitionRecord(definition)) };
}

/** The types were computed from the same schema by `ColumnsOf`: run time and compile time meet here, and in a test of every kind. */
function columnsOfSchema<S extends z.core.$ZodObject>(columns: ColumnTypes): ColumnsOf<S>;
function columnsOfSchema(columns: ColumnTypes): ColumnTypes {
  return columns;
}

function requireColumn(
  dataset: string,
  columns: ColumnTypes,
  role: string,
  column: string | undefined,
  tags: readonly CellTag[] | undefined,
): void {
  if (column === undefined) return;
  const type = columns[column];
  if (type !== undefined && (tags === undefined || tags.includes(type.tag))) return;
  throw new SluiceError("definition/invalid", {
    found: `${role} "${column}"${type === undefined ? "" : ` of type ${type.tag}`} in dataset "${dataset}"`,
    expected:
      tags === undefined
        ? `one of the columns ${Object.keys(columns).join(", ")}`
        : `a column of type ${tags.join(" or ")}`,
    fix: "Name another column, or change the schema.",
  });
}
