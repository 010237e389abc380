import type { FeatureInputRow } from "../../contracts/feature-reader.ts";
import type { FeatureCell, ServiceDefinition } from "../../contracts/feature-service.ts";
import type { ColumnType } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { columnsField, type FeastColumns, type FeastFields } from "./feast-body.ts";
import { cellJson, cellOf, feastCell, noTime } from "./feast-cells.ts";
import { type WantedFeature, wantedFeatures } from "./feast-names.ts";
import type { FeastFeatures, FeastOptions } from "./feast-options.ts";

/** Entities read at a time: reads of one round are under way together, so that a client of a server can pipeline them. */
const readsAtOnce = 64;

type Cells = { readonly [feature: string]: FeatureCell<ColumnType> };
type ReadableService = ServiceDefinition<string, FeatureInputRow, Cells>;

/**
 * Answers `/get-online-features`: entity keys first, then the features, one result a column. All rows are read at one instant, entities
 * that come twice are read once. Errors: `features/unknown-feature`, `features/invalid-input`, `features/not-kept`, `argument/invalid`.
 */
export async function getOnlineFeatures(
  options: FeastOptions,
  fields: FeastFields,
  maxRows: number,
  signal: AbortSignal,
): Promise<string> {
  const entities = columnsField(fields, "entities", maxRows);
  const wanted = wantedFeatures(options.services, fields, new Set(entities.columns.keys()));
  const services = [...new Set(wanted.map(({ service }) => service))];
  const read = new Map<ServiceDefinition, readonly Cells[]>();
  let atMs: number | undefined;
  const inputs = services.map((service) => inputsOf(service, entities));
  for (const [i, service] of services.entries()) {
    const answer = await readRows(options.features, service as ReadableService, inputs[i] ?? [], atMs, signal);
    atMs = answer.atMs;
    read.set(service, answer.rows);
  }
  return answerText(keyColumns(services, entities), wanted, read);
}

function inputsOf(service: ServiceDefinition, { rows, columns }: FeastColumns): readonly FeatureInputRow[] {
  const fields = Object.entries(service.input).map(([name, type]) => ({ name, type, cells: required(columns, name) }));
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(fields.map(({ name, type, cells }) => [name, cellOf(name, row, type, cells[row])])),
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

/** Reads rows at one instant: the given one, else the store's clock at the first row. */
async function readRows(
  features: FeastFeatures,
  service: ReadableService,
  inputs: readonly FeatureInputRow[],
  givenAtMs: number | undefined,
  signal: AbortSignal,
): Promise<{ readonly rows: readonly Cells[]; readonly atMs: number | undefined }> {
  const names = inputs.map((input) => JSON.stringify(Object.values(input).map(distinctText)));
  const distinct = new Map(inputs.map((input, row) => [names[row] ?? "", input]));
  const found = new Map<string, Cells>();
  let atMs = givenAtMs;
  const read = async ([name, input]: [string, FeatureInputRow]): Promise<void> => {
    const answer = await features.online(service, input, { signal, ...(atMs !== undefined && { atMs }) });
    atMs ??= answer.atMs;
    found.set(name, answer.features);
  };
  const [first, ...others] = distinct;
  if (first !== undefined) await read(first);
  for (let from = 0; from < others.length; from += readsAtOnce) {
    await Promise.all(others.slice(from, from + readsAtOnce).map(read));
  }
  return { rows: names.map((name) => found.get(name) ?? {}), atMs };
}

/** Types apart: JSON writes NaN as null, and no bigint at all. −0 is 0 here, as in every key. */
function distinctText(value: unknown): string {
  return `${typeof value} ${String(value)}`;
}

interface AnswerColumn {
  readonly name: string;
  readonly values: readonly string[];
  readonly statuses: readonly string[];
  readonly times: readonly string[];
}

/** Entity keys go back with the answer, as Feast's servers send them; request fields do not. */
function keyColumns(services: readonly ServiceDefinition[], { rows, columns }: FeastColumns): readonly AnswerColumn[] {
  const keys = new Map<string, ColumnType>();
  for (const { views } of services)
    for (const view of views) for (const [key, type] of Object.entries(view.keys)) keys.set(key, type);
  return [...keys].map(([name, type]) => ({
    name,
    values: required(columns, name).map((value, row) => cellJson(type.tag, cellOf(name, row, type, value))),
    statuses: new Array<string>(rows).fill("PRESENT"),
    times: new Array<string>(rows).fill(noTime),
  }));
}

/** The answer is written by hand: JSON.stringify has no exact 64-bit integers. */
function answerText(
  keys: readonly AnswerColumn[],
  wanted: readonly WantedFeature[],
  read: ReadonlyMap<ServiceDefinition, readonly Cells[]>,
): string {
  const features = wanted.map(({ service, name, feature }): AnswerColumn => {
    const type = service.features.find((known) => known.name === feature)?.type ?? { tag: "f64", nullable: true };
    const cells = (read.get(service) ?? []).map((row) => feastCell(type, row[feature]));
    return {
      name,
      values: cells.map((cell) => cell.value),
      statuses: cells.map((cell) => cell.status),
      times: cells.map((cell) => cell.eventTimestamp),
    };
  });
  const columns = [...keys, ...features];
  const results = columns.map(
    ({ values, statuses, times }) =>
      `{"values":[${values.join(",")}],"statuses":${JSON.stringify(statuses)},"event_timestamps":${JSON.stringify(times)}}`,
  );
  return `{"metadata":{"feature_names":${JSON.stringify(columns.map(({ name }) => name))}},"results":[${results.join(",")}]}`;
}
