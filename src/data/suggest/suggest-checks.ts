import { isNotComputable } from "../../stats/not-computable.ts";
import { wilsonInterval } from "../../stats/quality/wilson-interval.ts";
import type { Table } from "../../table/table.ts";
import { finiteNumbers } from "../checks/column-doubles.ts";
import { numberMoments } from "../checks/number-moments.ts";
import { type SampleColumn, type SuggestOptions, sampleColumns, suggestOptions } from "./sample-column.ts";

/**
 * Writes the source of checks that a sample passes: completeness by Wilson's lower bound, uniqueness of what names a row, ranges with slack,
 * distributions against the previous version. A person reads it, corrects it and commits it; the same sample gives the same text.
 *
 * Ranges are for numbers that do not name rows. Throws `argument/invalid` for options out of range.
 *
 * @example
 * ```ts
 * import { suggestChecks } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const km = Float64Array.from({ length: 1000 }, (_, row) => 1 + (row % 50));
 * const source = suggestChecks(makeTable({ km: { tag: "f64", values: km } }));
 * if (!source.includes('range("km", { min: 0, max: 55 })')) throw new Error(source);
 * if (!source.includes('from "sluice/data"')) throw new Error("it brings its imports");
 * ```
 */
export function suggestChecks(table: Table, options: SuggestOptions = {}): string {
  const own = suggestOptions(options);
  const samples = sampleColumns(table, own.maxEnum);
  const checks = ["rowCount({ atLeast: 1 })", ...completenessOf(samples, own.confidence)];
  for (const sample of samples) checks.push(...checksOf(sample, own.slack));
  const used = [...new Set(checks.map((check) => check.slice(0, check.indexOf("("))))].sort();
  return [
    `import { ${used.join(", ")} } from "sluice/data";`,
    "",
    `// Suggested by a sample of ${table.rowCount} rows.`,
    "export const checks = [",
    ...checks.map((check) => `  ${check},`),
    "];",
    "",
  ].join("\n");
}

/** For columns with missing cells; where there are none for the first, since a version without such a check never counts as validated. */
function completenessOf(samples: readonly SampleColumn[], confidence: number): readonly string[] {
  const open = samples.filter(({ nulls, absent }) => nulls + absent > 0);
  return (open.length > 0 ? open : samples.slice(0, 1)).flatMap(({ name, rows, nulls, absent }) => {
    if (confidence <= 0 || confidence >= 1) return [];
    const share = wilsonInterval({ successes: rows - nulls - absent, trials: rows }, { confidence });
    if (isNotComputable(share)) return [];
    return [`completeness(${JSON.stringify(name)}, { atLeast: ${Math.floor(share.lower * 1000) / 1000} })`];
  });
}

function checksOf(
  { name, column, unique, values, distinct, integers }: SampleColumn,
  slack: number,
): readonly string[] {
  const text = JSON.stringify(name);
  if (unique) return [`uniqueness([${text}])`];
  const isNumber = column.tag === "f64" || column.tag === "i32" || (column.tag === "i64" && integers);
  const range = isNumber ? rangeOf(finiteNumbers(column), slack) : undefined;
  const found = range === undefined ? [] : [`range(${text}, ${range})`];
  const compared = (isNumber && range !== undefined) || values !== undefined || (column.tag === "bool" && distinct > 0);
  return compared ? [...found, `distribution(${text}, { against: "previous" })`] : found;
}

/** What was seen, widened and rounded outward to two digits of its span; not below 0 where nothing was. */
function rangeOf(values: Float64Array, slack: number): string | undefined {
  const moments = numberMoments(values);
  if (moments === undefined) return undefined;
  const { min, max } = moments;
  const span = max > min ? max - min : Math.abs(max) || 1;
  const step = 10 ** (Math.floor(Math.log10(span)) - 1);
  const rounded = (value: number, round: (x: number) => number): number =>
    Number((round(value / step) * step).toPrecision(12));
  const low = rounded(min - slack * span, Math.floor);
  const high = rounded(max + slack * span, Math.ceil);
  const least = Number.isFinite(low) ? Math.min(low, min) : min;
  const most = Number.isFinite(high) ? Math.max(high, max) : max;
  return `{ min: ${min >= 0 ? Math.max(0, least) : least}, max: ${max <= 0 ? Math.min(0, most) : most} }`;
}
