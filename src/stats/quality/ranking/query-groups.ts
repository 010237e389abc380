import { SluiceError } from "../../../core/errors.ts";
import { requireSameLength } from "../../require-argument.ts";

/**
 * Which rows belong to which query: `offsets`, where rows of one query stand together (query i has the rows from `offsets[i]` up to, but
 * not including, `offsets[i + 1]`; the first is 0, the last the number of rows), or `ids`, one a row, in any order.
 */
export type QueryGroups = { readonly offsets: ArrayLike<number> } | { readonly ids: ArrayLike<string | number> };

/** Calls with the rows of each query, in order of first appearance; `argument/invalid` for groups that do not cover the rows. */
export function forEachQuery(groups: QueryGroups, rows: number, visit: (rows: Uint32Array) => void): void {
  if ("ids" in groups) {
    requireSameLength("rows and ids", { length: rows }, groups.ids);
    const byId = new Map<string | number, number[]>();
    for (let i = 0; i < rows; i++) {
      const id = groups.ids[i] as string | number;
      const known = byId.get(id);
      if (known === undefined) byId.set(id, [i]);
      else known.push(i);
    }
    for (const each of byId.values()) visit(Uint32Array.from(each));
    return;
  }
  const { offsets } = groups;
  requireOffsets(offsets, rows);
  for (let query = 0; query + 1 < offsets.length; query++) {
    const from = offsets[query] as number;
    visit(Uint32Array.from({ length: (offsets[query + 1] as number) - from }, (_, i) => from + i));
  }
}

function requireOffsets(offsets: ArrayLike<number>, rows: number): void {
  let sound = offsets?.length > 0 && offsets[0] === 0 && offsets[offsets.length - 1] === rows;
  for (let i = 1; sound && i < offsets.length; i++) {
    sound = Number.isSafeInteger(offsets[i]) && (offsets[i] as number) >= (offsets[i - 1] as number);
  }
  if (sound) return;
  throw new SluiceError("argument/invalid", {
    found: `offsets that do not go from 0 up to ${rows}`,
    expected: `whole numbers that never fall, the first 0, the last ${rows}`,
    fix: "Pass { offsets } with one more entry than queries, or { ids } with one entry a row.",
  });
}
