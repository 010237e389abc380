import type { FeatureInputRow } from "../../contracts/feature-reader.ts";
import type { CellTag, CellValue, ScalarValue } from "../../core/cell-type.ts";
import { digestOfJson } from "../../core/digest.ts";
import { inputToJson } from "../../ledger/segments/feature-input-json.ts";
import type { EntityPlace } from "./entity-places.ts";

/** An entity as a digest: of an erased one, no more is kept. `undefined` where a part of the key is none. */
export function entityHash(
  { dataset, columns, tags }: EntityPlace,
  partOf: (i: number) => CellValue | Date | undefined,
): string | undefined {
  const key: { [part: string]: ScalarValue } = {};
  for (const [i, tag] of tags.entries()) {
    const part = keyPart(tag, partOf(i));
    if (part === undefined) return undefined;
    key[i] = part;
  }
  return digestOfJson({ format: "erased-entity@1", dataset, columns: [...columns], key: inputToJson(key) });
}

/** The entity of a request. */
export function entityOfInput(place: EntityPlace, input: FeatureInputRow): string | undefined {
  return entityHash(place, (i) => input[place.fields[i] ?? ""]);
}

/** A part of a key in one form for each type, however it was passed. */
function keyPart(tag: CellTag, value: CellValue | Date | undefined): ScalarValue | undefined {
  if (value === undefined || value === null) return undefined;
  if (value instanceof Date) return value.getTime();
  if (typeof value === "object") return undefined;
  if (tag === "i64") return typeof value === "number" && Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value === "bigint") return Number(value);
  return value === 0 ? 0 : value;
}
