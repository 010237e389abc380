import type { SqlValue } from "../sql/check-values.ts";

/** A statement with its values written into it, `$1` the first: several can then be sent as one text, which takes no values. */
export function withLiterals(text: string, values: readonly SqlValue[]): string {
  return text.replaceAll(parameter, (_, number: string) => sqlLiteral(values[Number(number) - 1] ?? null));
}

/**
 * A value as Postgres reads it in a statement's text, whatever `standard_conforming_strings` says. Like a parameter, it has no type before its place gives it one.
 * Source: Postgres, "String Constants" and "bytea Hex Format".
 */
export function sqlLiteral(value: SqlValue): string {
  if (value === null) return "null";
  if (value instanceof Uint8Array) return quoted(`\\x${Array.from(value, hexByte).join("")}`);
  return quoted(String(value));
}

/** A value's place in the text of a statement. */
export const parameter: RegExp = /\$(\d+)/g;

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

function quoted(text: string): string {
  const single = text.replaceAll("'", "''");
  // With a space before it: what stands before must not become one word with the E.
  return text.includes("\\") ? ` E'${single.replaceAll("\\", "\\\\")}'` : `'${single}'`;
}
