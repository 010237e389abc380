/** A deep copy of a record that nobody can change: what one gate is shown, the next one is shown too. */
export function frozenCopy<T>(value: T): T;
export function frozenCopy(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Object.freeze(value.map((item: unknown) => frozenCopy(item)));
  if (Object.getPrototypeOf(value) !== Object.prototype) return Object.freeze(structuredClone(value));
  return Object.freeze(Object.fromEntries(Object.entries(value).map(([name, member]) => [name, frozenCopy(member)])));
}
