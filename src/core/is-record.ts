/** A value of unknown origin whose members may be looked at. */
export type UnknownRecord = { readonly [name: string]: unknown };

/** Whether a value has members by name: an object that is no list. */
export function isRecord(value: unknown): value is UnknownRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The members of what may be a record; none of anything else. */
export function membersOf(value: unknown): UnknownRecord {
  return isRecord(value) ? { ...value } : {};
}
