import fc from "fast-check";

/** Rows of a probability (often tied, often extreme) and a label. */
export const labelledRows: fc.Arbitrary<readonly (readonly [probability: number, label: number])[]> = fc.array(
  fc.tuple(
    fc.oneof(
      fc.integer({ min: 0, max: 8 }).map((i) => i / 8),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(0, 1, 1e-300, 5e-324, 1 - 2 ** -53),
    ),
    fc.integer({ min: 0, max: 1 }),
  ),
  { maxLength: 40 },
);

/** The columns of rows. */
export function columns(rows: readonly (readonly [number, number])[]): [first: number[], second: number[]] {
  return [rows.map(([first]) => first), rows.map(([, second]) => second)];
}

/** What is to be summed up row by row, in parts, or in another order. */
export interface Mergeable<Self> {
  merge(other: Self): void;
  toBytes(): Uint8Array;
}

/** Sums up the same rows as a whole and in three parts, the parts restored from bytes, the last rows first; returns both. */
export function wholeAndParts<Row, Summary extends Mergeable<Summary>>(
  rows: readonly Row[],
  make: (rows: readonly Row[]) => Summary,
  read: (bytes: Uint8Array) => Summary,
): readonly [whole: Summary, merged: Summary] {
  const third = Math.ceil(rows.length / 3);
  const parts = [rows.slice(2 * third), rows.slice(0, third), rows.slice(third, 2 * third)];
  const merged = read(make([]).toBytes());
  for (const part of parts) merged.merge(read(make([...part].reverse()).toBytes()));
  return [make(rows), merged];
}
