import type { SummaryReader } from "../bytes/summary-reader.ts";
import type { SummaryWriter } from "../bytes/summary-writer.ts";

/** A key that is counted: a string or a number. */
export type SketchKey = string | number;

const kinds = { number: 0, text: 1, units: 2 } as const;

/** The order of keys: numbers before strings, numbers ascending with NaN last, strings by their UTF-16 code units. */
export function compareKeys(a: SketchKey, b: SketchKey): number {
  if (typeof a !== "number" || typeof b !== "number") {
    if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Writes a key: a string as UTF-8, or as code units if it has a lone surrogate, which UTF-8 cannot hold. */
export function writeKey(writer: SummaryWriter, key: SketchKey): void {
  if (typeof key === "number") {
    writer.u8(kinds.number);
    writer.f64(Number.isNaN(key) ? Number.NaN : key);
  } else if (!key.isWellFormed()) {
    writer.u8(kinds.units);
    writer.count(key.length);
    for (let i = 0; i < key.length; i++) writer.count(key.charCodeAt(i));
  } else {
    writer.u8(kinds.text);
    writer.text(key);
  }
}

/** Reads what {@link writeKey} wrote. */
export function readKey(reader: SummaryReader): SketchKey {
  const kind = reader.u8();
  if (kind === kinds.number) return reader.f64() + 0;
  if (kind === kinds.text) return reader.text();
  reader.require(kind === kinds.units, `a key of kind ${kind}`);
  const length = reader.count();
  const units: string[] = [];
  for (let i = 0; i < length; i++) units.push(String.fromCharCode(reader.count()));
  return units.join("");
}
