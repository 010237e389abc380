import type { Table } from "../../table/table.ts";
import { type SampleColumn, type SuggestOptions, sampleColumns, suggestOptions } from "./sample-column.ts";

/**
 * Writes the source of a zod schema that accepts a sample: integers, enums for texts of few values, nullable and optional where cells were
 * null or absent. A person reads it, corrects it and commits it; the same sample gives the same text. Ranges and completeness bounds are
 * the work of {@link suggestChecks}.
 *
 * Numbers that are NaN or infinite are refused by zod; a comment says how many the sample has. Throws `argument/invalid` for options out of range.
 *
 * @example
 * ```ts
 * import { inferSchema } from "sluice/data";
 * import { tableFromRows } from "sluice/table";
 * const sample = tableFromRows([{ id: 1, km: 2.5 }, { id: 2, km: null }], {
 *   id: { tag: "f64", nullable: false },
 *   km: { tag: "f64", nullable: true },
 * });
 * const source = inferSchema(sample);
 * if (!source.includes("id: z.number().int(),") || !source.includes("km: z.number().nullable(),")) throw new Error(source);
 * ```
 */
export function inferSchema(table: Table, options: SuggestOptions = {}): string {
  const { maxEnum } = suggestOptions(options);
  const fields = sampleColumns(table, maxEnum).map((column) => `  ${keyText(column.name)}: ${fieldText(column)},`);
  return [
    'import { z } from "zod";',
    "",
    `// Inferred from a sample of ${table.rowCount} rows.`,
    "export const schema = z.object({",
    ...fields,
    "});",
    "",
  ].join("\n");
}

function keyText(name: string): string {
  if (name === "__proto__") return '["__proto__"]';
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) ? name : JSON.stringify(name);
}

function fieldText(sample: SampleColumn): string {
  const { nulls, absent } = sample;
  const wrapper = nulls > 0 ? (absent > 0 ? ".nullish()" : ".nullable()") : absent > 0 ? ".optional()" : "";
  return typeText(sample) + wrapper;
}

function typeText({ column, values, integers }: SampleColumn): string {
  switch (column.tag) {
    case "f64":
      return integers ? "z.number().int()" : `z.number()${oddNumbers(column.values, column.states)}`;
    case "i32":
      return "z.number().int()";
    case "i64":
      return integers ? "z.number().int()" : "z.bigint()";
    case "bool":
      return "z.boolean()";
    case "instant":
      return "z.date()";
    case "json":
      return "z.json()";
    case "f64[]":
      return "z.array(z.number())";
    case "utf8[]":
      return "z.array(z.string())";
    case "utf8":
      return values === undefined
        ? "z.string()"
        : `z.enum([${values.map((value) => JSON.stringify(value)).join(", ")}])`;
  }
}

function oddNumbers(values: Float64Array, states: Uint8Array | undefined): string {
  let odd = 0;
  for (let row = 0; row < values.length; row++) {
    if ((states === undefined || states[row] === 1) && !Number.isFinite(values[row])) odd++;
  }
  return odd === 0 ? "" : ` /* refuses ${odd} rows of the sample: NaN or infinite */`;
}
