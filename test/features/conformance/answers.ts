import { expect } from "vitest";
import { featureStatus, type FeatureInputRow } from "../../../src/contracts/feature-reader.ts";
import type { ServiceDefinition } from "../../../src/contracts/feature-service.ts";
import type { CellValue, ColumnType } from "../../../src/core/cell-type.ts";
import { makeTable, type Table } from "../../../src/table/table.ts";
import { tableFromRows } from "../../../src/table/table-from-rows.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";
import type { Workbench } from "../feature-workbench.ts";

/** A question: entity keys and request fields, and the instant, epoch ms. */
export type Question = FeatureInputRow & { readonly at: number };
/** A feature's value; `null` = known to be none, `undefined` = missing or expired. */
export type AnswerRow = { readonly [feature: string]: CellValue | undefined };

/** Questions as a spine with the instant `at`. */
export function spineOf(service: ServiceDefinition, questions: readonly Question[]): Table {
  const inputs = tableFromRows(
    questions.map(({ at: _, ...input }) => input),
    service.input,
  );
  const atMs = Float64Array.from(questions, ({ at }) => at);
  return makeTable({ ...inputs.columns, at: { tag: "instant", values: atMs } });
}

/** What a service answers from history. */
export async function trained(
  { store }: Workbench,
  service: ServiceDefinition,
  questions: readonly Question[],
): Promise<readonly AnswerRow[]> {
  const { table } = await store.training(service, { spine: spineOf(service, questions), at: "at" });
  return tableToRows(table).map((row) => featuresOf(service, row));
}

function featuresOf(service: ServiceDefinition, row: AnswerRow): AnswerRow {
  return Object.fromEntries(service.features.map(({ name }) => [name, row[name]]));
}

/** What a service answers online; its replay from history must not differ. */
export async function served(
  { store }: Workbench,
  service: ServiceDefinition,
  questions: readonly Question[],
): Promise<readonly AnswerRow[]> {
  const inputs = questions.map(({ at: _, ...input }) => input);
  const vectors = await store.vectors(service, inputs, { atMs: Float64Array.from(questions, ({ at }) => at) });
  expect(await store.replay(service, { inputs, ...vectors })).toMatchObject({ different: 0 });
  const width = vectors.names.length;
  return questions.map((_, row) =>
    Object.fromEntries(
      service.features.map(({ name, type }, f) => {
        const at = row * width + f;
        return [name, cellValue(type, vectors.values[at] ?? Number.NaN, vectors.statuses[at])];
      }),
    ),
  );
}

function cellValue({ tag }: ColumnType, value: number, status: number | undefined): CellValue | undefined {
  if (status === featureStatus.null) return null;
  if (status !== featureStatus.present) return undefined;
  return tag === "bool" ? value === 1 : value;
}

/** What a service answers, from history and online: the same. The source's versions are brought online up to `to`. */
export async function answers(
  bench: Workbench,
  service: ServiceDefinition,
  questions: readonly Question[],
  to: number,
): Promise<readonly AnswerRow[]> {
  await bench.store.materialize(service, { to });
  const fromHistory = await trained(bench, service, questions);
  expect(await served(bench, service, questions)).toEqual(fromHistory);
  return fromHistory;
}

/** One feature of answers. */
export function column(rows: readonly AnswerRow[], feature: string): readonly (CellValue | undefined)[] {
  return rows.map((row) => row[feature]);
}
