import type { ColumnType } from "./cell-type.ts";

/** The name of one number of a vector, `name[item]`: what it is called among the inputs of a model. */
function vectorCellName(name: string, item: number): string {
  return `${name}[${item}]`;
}

/** The names of the cells that a column is laid out as in a row of numbers: of a vector each of its numbers, of anything else itself. */
export function cellNames(name: string, { tag, size }: ColumnType): readonly string[] {
  if (tag !== "f64[]" || size === undefined) return [name];
  return Array.from({ length: size }, (_, item) => vectorCellName(name, item));
}

/** The column and the place in its vectors that a cell's name stands for; `undefined` where it is none of a vector. */
export function vectorCellOf(cell: string): { readonly name: string; readonly item: number } | undefined {
  const found = /^(.+)\[(\d+)\]$/s.exec(cell);
  const [, name, item] = found ?? [];
  return name === undefined ? undefined : { name, item: Number(item) };
}
