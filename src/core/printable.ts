/** The method that `console.log` asks for on Node, Deno and Bun. */
const inspected = Symbol.for("nodejs.util.inspect.custom");

/** Makes `console.log` show a value, or what is made of a prototype, as the text that `String()` gives. Keys, JSON and equality stay as they are. */
export function printsAsText(value: object): void {
  Object.defineProperty(value, inspected, { value: asText });
}

/** Gives a result of plain data a text, to be read: by `String()` and by `console.log`. Keys, JSON and equality stay as they are. */
export function printable<T extends object>(value: T, textOf: (value: T) => string): T {
  Object.defineProperty(value, "toString", { value: () => textOf(value) });
  printsAsText(value);
  return value;
}

function asText(this: unknown): string {
  return String(this);
}
