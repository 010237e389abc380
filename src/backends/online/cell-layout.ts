import type { ValueKind } from "./event-values.ts";

/**
 * How the cells of an event lie in bytes. Bytes, because engines lose NaN, the sign of zero or NUL in one place or another.
 *
 * 0, doubles alone: per column a double, then per column one byte (1 = present, 0 = null).
 * 1, any kinds: the number of columns (16 bits); per column eight bytes (a double, a 64-bit integer, or the length of what follows), then per column
 * one byte (twice the kind's number, and 1 where present); then texts as UTF-8 and lists as doubles, column by column. All little-endian.
 */
export type CellLayout = 0 | 1;

/** A kind's number in layout 1 is its place here. */
export const valueKinds: readonly ValueKind[] = ["number", "integer", "text", "numbers"];
/** Layout 1: the bytes before the fixed part. */
export const countBytes: 2 = 2;
/** The bytes of a column in the fixed part. */
export const cellBytes: 9 = 9;
