import { SluiceError } from "./errors.ts";
import { isRecord } from "./is-record.ts";

/** Where a text of JSON is stored, so that who repairs the store finds it. */
export interface StoredPlace {
  /** The table, as in `data_metrics`. */
  readonly table: string;
  /** The row by its key, as in `flights, 3`; of one column among several with its name. */
  readonly row: string;
}

/**
 * The value of a stored text, of the type that the caller's own writing gave it. Errors: `metadata/corrupt`, naming table and row, for a text that
 * is no JSON.
 */
export function storedJson<T>(text: string, place: StoredPlace): T {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw corruptRow(place, "a text that is no JSON", error);
  }
}

/** The same for a text that was written of a record with these members. Errors: `metadata/corrupt` for anything else too. */
export function storedRecord<T extends object>(
  text: string,
  place: StoredPlace,
  ...members: readonly (keyof T & string)[]
): T {
  const value = storedJson<T>(text, place);
  if (!isRecord(value)) throw corruptRow(place, "JSON of no record");
  for (const member of members)
    if (!Object.hasOwn(value, member)) throw corruptRow(place, `a record without "${member}"`);
  return value;
}

/** The error for a row whose content is not what this library writes there. */
export function corruptRow({ table, row }: StoredPlace, found: string, cause?: unknown): SluiceError {
  return new SluiceError("metadata/corrupt", {
    found: `${found} in the row ${row} of the table ${table}`,
    expected: "what was stored there",
    fix: "Restore that row from a backup: the store was damaged, or edited from outside.",
    cause,
  });
}
