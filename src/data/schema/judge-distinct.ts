import { cellState, type BoolColumn, type JsonColumn, type Utf8Column } from "../../table/column.ts";
import type { Outputs } from "./cell-outputs.ts";
import type { ColumnPlan, CompiledField } from "./compile-field.ts";
import { inputReader } from "./input-cells.ts";
import type { TextTest } from "./text-test.ts";
import { runZod } from "./zod-answer.ts";

type CodedColumn = Utf8Column | JsonColumn | BoolColumn;

/** What was found about a distinct value: nothing yet, that it passes as it is, is refused, becomes another value, becomes undefined. */
const verdict = { unknown: 0, passes: 1, refused: 2, changed: 3, undefined: 4 } as const;

/** Judges each distinct value that a row uses, once; marks the rows of refused ones in `bad`. */
export function judgeDistinct(field: CompiledField, plan: ColumnPlan, column: CodedColumn, bad: Uint8Array): Outputs {
  const { values } = column;
  const read = inputReader(column, field.numbers);
  const verdicts = new Uint8Array(column.tag === "bool" ? 2 : column.dictionary.length);
  const outputs: unknown[] = [];
  const passes = textPasses(plan.how === "texts" ? plan.tests : []);
  let changed = false;
  const judge = (code: number, row: number): number => {
    const value = read(row);
    if (typeof value === "string" && passes(value)) return verdict.passes;
    const before = asStored(column, value);
    const answer = runZod(field.schema, value);
    if (!answer.ok) return verdict.refused;
    const after =
      typeof answer.value === "object" && column.tag === "json" ? jsonOrUndefined(answer.value) : answer.value;
    if (Object.is(after, before)) return verdict.passes;
    outputs[code] = answer.value;
    changed = true;
    return answer.value === undefined ? verdict.undefined : verdict.changed;
  };
  markRefused(column, verdicts, judge, bad);
  if (!changed) return undefined;
  return (row) => {
    const code = values[row] as number;
    return (verdicts[code] as number) > verdict.refused ? outputs[code] : read(row);
  };
}

/** A value in a form that is equal for what the column holds already; no bigint, which JSON has none of, is that. */
function asStored(column: CodedColumn, value: unknown): unknown {
  if (column.tag === "json" && typeof value === "bigint") return undefined;
  return typeof value === "object" ? JSON.stringify(value) : value;
}

function textPasses(tests: readonly TextTest[]): (text: string) => boolean {
  const [only] = tests;
  return only !== undefined && tests.length === 1 ? only.passes : (text) => tests.some((test) => test.passes(text));
}

/** Goes over the rows until nothing can be refused any more: every distinct value was met, and passes. */
function markRefused(
  { values, states }: CodedColumn,
  verdicts: Uint8Array,
  judge: (code: number, row: number) => number,
  bad: Uint8Array,
): void {
  let left = verdicts.length;
  for (let row = 0; row < values.length; row++) {
    const code = values[row] as number;
    if (verdicts[code] === verdict.passes) continue;
    if (states !== undefined && states[row] !== cellState.present) continue;
    if (verdicts[code] === verdict.unknown) {
      const found = judge(code, row);
      verdicts[code] = found;
      if (found !== verdict.refused) left--;
      if (left === 0) return;
    }
    if (verdicts[code] === verdict.refused) bad[row] = 1;
  }
}

function jsonOrUndefined(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
