import type { OnlineStore } from "../../src/contracts/online-store.ts";

/** Five views of ten features; their names are as long as those of views are, which are hashes. */
export const views: readonly string[] = Array.from({ length: 5 }, (_, i) => `${i}`.repeat(64));
const features = 10;
const presentAt = features * 8;

/** The features of an entity in a view; every ninth is null. Sums of them are exact in any order. */
export function featuresOf(key: string, view: number): readonly (number | null)[] {
  const entity = Number(key.split("-")[1] ?? 0);
  return Array.from({ length: features }, (_, f) =>
    (entity + view + f) % 9 === 0 ? null : entity + view * 10 + f / 4,
  );
}

/** A double a feature, then a bit each for what is present. */
export function packedRow(key: string, view: number): Uint8Array {
  const bytes = new Uint8Array(presentAt + 2);
  const data = new DataView(bytes.buffer);
  featuresOf(key, view).forEach((value, f) => {
    if (value === null) return;
    const at = presentAt + (f >> 3);
    bytes[at] = (bytes[at] ?? 0) | (1 << (f & 7));
    data.setFloat64(f * 8, value, true);
  });
  return bytes;
}

/** Writes all rows of all views. */
export async function writePacked(store: OnlineStore, keys: readonly string[]): Promise<void> {
  for (const [view, name] of views.entries()) {
    const times = { eventTimeMs: 1_700_000_000_000, knownTimeMs: 1_700_000_000_000 };
    await store.writeRows(
      name,
      keys.map((key) => ({ key, ...times, bytes: packedRow(key, view) })),
    );
  }
}

/** Typed columns of a request, one after the other: per view and feature a value a key and a state (1 = present). */
export interface TypedColumns {
  readonly count: number;
  readonly values: Float64Array;
  readonly states: Uint8Array;
}

/** Columns for `count` keys. */
export function typedColumns(count: number): TypedColumns {
  const cells = views.length * features * count;
  return { count, values: new Float64Array(cells), states: new Uint8Array(cells) };
}

/** One row, where its doubles are aligned. */
const aligned = new Float64Array(features + 1);
const alignedBytes = new Uint8Array(aligned.buffer);

/** Reads keys from all views into typed columns; answers with the sum of what was present, which is kept and compared. */
export async function readTyped(store: OnlineStore, keys: readonly string[]): Promise<number> {
  const columns = typedColumns(keys.length);
  const found = await Promise.all(views.map((view) => store.readRows(view, keys)));
  let sum = 0;
  for (const [view, rows] of found.entries()) {
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at];
      if (row !== undefined) sum += fillRow(columns, view * features, at, row.bytes);
    }
  }
  return sum;
}

function fillRow({ count, values, states }: TypedColumns, first: number, at: number, bytes: Uint8Array): number {
  alignedBytes.set(bytes);
  const present = (alignedBytes[presentAt] ?? 0) | ((alignedBytes[presentAt + 1] ?? 0) << 8);
  let sum = 0;
  for (let f = 0; f < features; f++) {
    if (((present >> f) & 1) === 0) continue;
    const cell = (first + f) * count + at;
    const value = aligned[f] ?? Number.NaN;
    values[cell] = value;
    states[cell] = 1;
    sum += value;
  }
  return sum;
}
