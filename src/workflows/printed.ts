/** The method that `console.log` asks for on Node, Deno and Bun. */
const inspected = Symbol.for("nodejs.util.inspect.custom");

/** A record that prints as a text; as JSON, and member by member, it is the record alone. */
export function printed<T extends object>(record: T, text: () => string): T {
  const hidden = { value: text, enumerable: false };
  return Object.defineProperties(record, { toString: hidden, [inspected]: hidden });
}
