import type { WorstSlice, WorstSlices } from "../../../contracts/evaluation-detail.ts";
import { SluiceError } from "../../../core/errors.ts";
import type { WorkOptions } from "../../../core/progress.ts";
import { normalIsf } from "../../../stats/distributions/normal.ts";
import { holm } from "../../../stats/multiple/adjust-p-values.ts";
import { largestMagnitude, powerOfTwoScale } from "../../../stats/tests/power-of-two-scale.ts";
import type { JudgedRows } from "../judged-rows.ts";
import { type CodedColumn, codedColumn } from "./coded-column.ts";
import { ColumnCube } from "./column-cube.ts";
import { errorOf, type LossSums, meanOf, without, worseThan } from "./loss-sums.ts";
import { rowLosses } from "./row-losses.ts";

/** How the worst slices are searched. */
export interface WorstSlicesOptions {
  /** The columns that cut them, at most 100, or 30 three conditions deep; they need not be features. @default the model's vector, and the columns of `slices` */
  readonly columns?: readonly string[];
  /** The most conditions of a slice: 1, 2 or 3. @default 2 */
  readonly depth?: number;
  /** Smaller slices are not tested. @default 1% of the rows, at least 50 */
  readonly minRows?: number;
  /** The chance of finding any slice where the model is equally good everywhere. @default 0.05 */
  readonly alpha?: number;
  /** The most slices that are reported. @default 20 */
  readonly most?: number;
}

/**
 * Tests every conjunction of up to `depth` conditions with enough rows on whether the model loses more there than on all other rows; a conjunction must also be worse
 * than the rest of each slice that it is a part of, else it only repeats that one. Holm's correction over all of them keeps the chance of any false find at `alpha`.
 * Not computable where rows have no loss. Errors: `definition/invalid`, `data/missing-column`.
 */
export function searchWorstSlices(
  judged: JudgedRows,
  columns: readonly string[],
  options: WorstSlicesOptions,
  work: WorkOptions,
): WorstSlices | { readonly notComputable: string } {
  const { depth, minRows, alpha, most } = checked(columns, options, judged.rows);
  const found = rowLosses(judged);
  if ("notComputable" in found) return found;
  const { losses, name } = found;
  // By a power of two no digit is lost, and no square overflows or vanishes.
  const scale = powerOfTwoScale(largestMagnitude(losses));
  const mean = losses.reduce((sum, loss) => sum + loss * scale, 0) / losses.length;
  for (let i = 0; i < losses.length; i++) losses[i] = (losses[i] as number) * scale - mean;
  const back = (loss: number): number => Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, loss / scale));
  const coded = [...new Set(columns)].flatMap((column) => codedColumn(judged, column) ?? []);
  const all = totalOf(losses);
  const tested = testAll(coded, losses, all, { depth, minRows }, work);
  const adjusted = holm(tested.map(({ pValue }) => pValue));
  const z = normalIsf(alpha / 2 / Math.max(1, tested.length));
  const slices = tested.flatMap((one, i): readonly WorstSlice[] => {
    const pValue = adjusted[i] as number;
    if (pValue > alpha) return [];
    const others = without(all, one.sums);
    const value = meanOf(one.sums) - meanOf(others);
    const half = z * errorOf(one.sums, others);
    const { rows } = one.sums;
    const difference = { value: back(value), lower: back(value - half), upper: back(value + half), n: rows };
    return [{ conditions: one.conditions, rows, loss: back(mean + meanOf(one.sums)), difference, pValue }];
  });
  slices.sort((a, b) => (b.difference.lower ?? 0) - (a.difference.lower ?? 0));
  const settings = { columns: coded.map((column) => column.name), depth, minRows, alpha };
  return { ...settings, loss: name, overall: back(mean), tested: tested.length, slices: slices.slice(0, most) };
}

interface Tested {
  readonly conditions: WorstSlice["conditions"];
  readonly sums: LossSums;
  readonly pValue: number;
}

function testAll(
  coded: readonly CodedColumn[],
  losses: Float64Array,
  all: LossSums,
  { depth, minRows }: { readonly depth: number; readonly minRows: number },
  { signal, onProgress }: WorkOptions,
): readonly Tested[] {
  const cubes = new Map<string, ColumnCube>();
  const tested: Tested[] = [];
  const sets = subsets(coded, depth);
  for (const [done, columns] of sets.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ stage: "searching slices", done, total: sets.length, unit: "column sets" });
    const cube = new ColumnCube(columns, losses);
    // The deepest ones are nobody's part: kept, they would be most of the memory.
    if (columns.length < depth) cubes.set(nameOf(columns), cube);
    for (const codes of cube.conjunctions(minRows)) {
      const sums = cube.sums(codes);
      const wholes = [all, ...partsOf(columns, codes, cubes)];
      // A slice that all rows, or all of a wider slice, are of says nothing new.
      if (wholes.some((whole) => whole.rows - sums.rows < 2)) continue;
      const pValue = Math.max(...wholes.map((whole) => worseThan(sums, without(whole, sums))));
      const conditions = columns.map(({ name, values }, i) => ({
        column: name,
        value: values[codes[i] as number] ?? "",
      }));
      tested.push({ conditions, sums, pValue });
    }
  }
  return tested;
}

/** The wider slices that lack one of the conditions. */
function partsOf(
  columns: readonly CodedColumn[],
  codes: readonly number[],
  cubes: ReadonlyMap<string, ColumnCube>,
): readonly LossSums[] {
  if (columns.length === 1) return [];
  return columns.flatMap((_, left) => {
    const cube = cubes.get(nameOf(columns.filter((_column, i) => i !== left)));
    return cube === undefined ? [] : [cube.sums(codes.filter((_code, i) => i !== left))];
  });
}

function nameOf(columns: readonly CodedColumn[]): string {
  return JSON.stringify(columns.map(({ name }) => name));
}

/** All sets of up to `depth` columns, smaller ones first. */
function subsets(columns: readonly CodedColumn[], depth: number): readonly (readonly CodedColumn[])[] {
  const bySize: (readonly CodedColumn[])[][] = [columns.map((column) => [column])];
  for (let size = 1; size < depth; size++) {
    const smaller = bySize[size - 1] ?? [];
    bySize.push(
      smaller.flatMap((set) => {
        const last = columns.indexOf(set[set.length - 1] as CodedColumn);
        return columns.slice(last + 1).map((column) => [...set, column]);
      }),
    );
  }
  return bySize.flat();
}

function totalOf(losses: Float64Array): LossSums {
  let [sum, squares] = [0, 0];
  for (const loss of losses) {
    sum += loss;
    squares += loss * loss;
  }
  return { rows: losses.length, sum, squares };
}

function checked(
  columns: readonly string[],
  { depth = 2, minRows, alpha = 0.05, most = 20 }: WorstSlicesOptions,
  rows: number,
): { readonly depth: number; readonly minRows: number; readonly alpha: number; readonly most: number } {
  const least = minRows ?? Math.max(50, Math.ceil(rows / 100));
  const fits = [1, 2, 3].includes(depth) && Number.isSafeInteger(least) && least >= 2 && alpha > 0 && alpha < 1;
  if (fits && columns.length <= (depth === 3 ? 30 : 100) && Number.isSafeInteger(most) && most >= 1)
    return { depth, minRows: least, alpha, most };
  throw new SluiceError("definition/invalid", {
    found: `a search of slices by ${columns.length} columns, depth ${depth}, minRows ${least}, alpha ${alpha}, most ${most}`,
    expected:
      "at most 100 columns (30 at depth 3), a depth of 1 to 3, minRows of at least 2, alpha in (0, 1), most of at least 1",
    fix: "Name fewer columns, or set what is out of bounds.",
  });
}
