import type { FeatureColumn, FeatureInputRow, ManyFeatures } from "../../contracts/feature-reader.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { ColumnType } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { columnsField, type FeastColumns, type FeastFields, flagField } from "./feast-body.ts";
import { cellJson, columnJson, inputCellOf, noTime } from "./feast-cells.ts";
import { type WantedFeature, wantedFeatures } from "./feast-names.ts";
import type { FeastOptions } from "./feast-options.ts";

type Columns = { readonly [feature: string]: FeatureColumn };
type ReadableService = ServiceDefinition<string, FeatureInputRow, { readonly [feature: string]: never }>;

/**
 * Answers `/get-online-features`: entity keys first, then the features, one result a column. All rows are read at one instant, by one read of
 * the store a view. Errors: `features/unknown-feature`, `features/invalid-input`, `features/not-kept`, `argument/invalid`.
 */
export async function getOnlineFeatures(
  options: FeastOptions,
  fields: FeastFields,
  maxRows: number,
  signal: AbortSignal,
): Promise<string> {
  const entities = columnsField(fields, "entities", maxRows);
  const wanted = wantedFeatures(options.services, fields, new Set(entities.columns.keys()));
  const withViews = flagField(fields, "include_feature_view_version_metadata");
  const services = [...new Set(wanted.map(({ service }) => service))];
  const inputs = services.map((service) => inputsOf(service, entities));
  const read = new Map<ServiceDefinition, Columns>();
  let atMs: number | undefined;
  for (const [i, service] of services.entries()) {
    const at = atMs === undefined ? {} : { atMs };
    const many: ManyFeatures<unknown> = await options.features.onlineMany(service as ReadableService, inputs[i] ?? [], {
      signal,
      ...at,
    });
    atMs ??= many.atMs[0];
    read.set(service, many.columns as Columns);
  }
  const columns = [...keyColumns(services, entities), ...wanted.map((feature) => featureColumn(feature, read))];
  return answerText(columns, withViews ? viewsOf(wanted) : undefined);
}

function inputsOf(service: ServiceDefinition, { rows, columns }: FeastColumns): readonly FeatureInputRow[] {
  const fields = Object.entries(service.input).map(([name, type]) => ({ name, type, cells: required(columns, name) }));
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(fields.map(({ name, type, cells }) => [name, inputCellOf(name, row, type, cells[row])])),
  );
}

function required(columns: FeastColumns["columns"], name: string): readonly unknown[] {
  const cells = columns.get(name);
  if (cells !== undefined) return cells;
  throw new SluiceError("features/invalid-input", {
    found: `entities ${[...columns.keys()].join(", ")}`,
    expected: `also "${name}"`,
    fix: "Give every entity key and request field of the service.",
  });
}

/** A result of the answer, as JSON text. */
interface AnswerColumn {
  readonly name: string;
  readonly result: string;
}

/** Entity keys go back with the answer, as Feast's servers send them; request fields do not. */
function keyColumns(services: readonly ServiceDefinition[], { rows, columns }: FeastColumns): readonly AnswerColumn[] {
  const keys = new Map<string, ColumnType>();
  for (const { views } of services)
    for (const view of views) for (const [key, type] of Object.entries(view.keys)) keys.set(key, type);
  return [...keys].map(([name, type]) => ({
    name,
    result: resultText(
      required(columns, name).map((value, row) => cellJson(type.tag, inputCellOf(name, row, type, value))),
      new Array<string>(rows).fill("PRESENT"),
      new Array<string>(rows).fill(noTime),
    ),
  }));
}

function featureColumn(
  { service, name, feature }: WantedFeature,
  read: ReadonlyMap<ServiceDefinition, Columns>,
): AnswerColumn {
  const type = service.features.find((known) => known.name === feature)?.type;
  const column = read.get(service)?.[feature];
  if (type === undefined || column === undefined) throw new Error(`the service has no feature "${feature}"`);
  const { values, statuses, times } = columnJson(type.tag, column);
  return { name, result: resultText(values, statuses, times) };
}

/** Written by hand: JSON.stringify has no exact 64-bit integers. */
function resultText(values: readonly string[], statuses: readonly string[], times: readonly string[]): string {
  return `{"values":[${values.join(",")}],"statuses":${JSON.stringify(statuses)},"event_timestamps":${JSON.stringify(times)}}`;
}

/** The views that were read. Feast leaves out a version that is 0, and here none has a number: meanings are told apart by hash. */
function viewsOf(wanted: readonly WantedFeature[]): readonly { readonly name: string }[] {
  const names = new Set(wanted.map(({ feature }) => feature.slice(0, feature.indexOf("."))));
  return [...names].map((name) => ({ name }));
}

function answerText(columns: readonly AnswerColumn[], views: readonly { readonly name: string }[] | undefined): string {
  const feature_names = columns.map(({ name }) => name);
  const metadata = { feature_names, ...(views !== undefined && { feature_view_metadata: views }) };
  return `{"metadata":${JSON.stringify(metadata)},"results":[${columns.map(({ result }) => result).join(",")}]}`;
}
