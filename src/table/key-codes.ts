import { KeyLookup } from "./key-lookup.ts";
import type { Table } from "./table.ts";

/** The keys of two tables as dense integers: equal keys have equal codes, in both. */
export interface KeyCodes {
  /** Codes are in [0, count). */
  readonly count: number;
  /** One code a row of the source; −1 where a key column holds no value. */
  readonly source: Int32Array;
  /** One code a row of the probe; −1 where a key column holds no value, or where the source has no such key. */
  readonly probe: Int32Array;
}

/**
 * Codes the keys of `source`, and those of `probe` alike. Keys are compared cell by cell, never as joined text; a null key
 * matches nothing. Throws `data/missing-column`, or `table/type-mismatch` where a key has another type in the two tables.
 */
export function keyCodes(source: Table, probe: Table, keys: readonly string[]): KeyCodes {
  const index = new KeyLookup(source, keys);
  return { count: index.count, source: index.codes, probe: index.probe(probe) };
}
