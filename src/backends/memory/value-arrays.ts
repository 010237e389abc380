import type { OnlineValues } from "../../contracts/online-store.ts";
import { type EventValues, makeValues } from "../online/event-values.ts";

const noNumbers = new Float64Array(0);

/** Sets a value from one of the same kind. A list stays the same one. */
export function takeValue(to: EventValues, at: number, from: OnlineValues, item: number): void {
  if (to.kind === "number" && from.kind === "number") to.values[at] = from.values[item] ?? 0;
  else if (to.kind === "integer" && from.kind === "integer") to.values[at] = from.values[item] ?? 0n;
  else if (to.kind === "text" && from.kind === "text") to.values[at] = from.values[item] ?? "";
  else if (to.kind === "numbers" && from.kind === "numbers") to.values[at] = from.values[item] ?? noNumbers;
}

/** The same values, with room for more. */
export function grownValues(column: EventValues, capacity: number): EventValues {
  const to = makeValues(column.kind, capacity);
  if (to.kind === "number" && column.kind === "number") to.values.set(column.values);
  else if (to.kind === "integer" && column.kind === "integer") to.values.set(column.values);
  else if (to.kind === "text" && column.kind === "text") setEach(to.values, column.values);
  else if (to.kind === "numbers" && column.kind === "numbers") setEach(to.values, column.values);
  return to;
}

/** The same numbers in a longer array. */
export function grown<A extends { set(from: A): void; readonly length: number }>(from: A, to: A): A {
  to.set(from);
  return to;
}

function setEach<V>(to: V[], from: readonly V[]): void {
  from.forEach((value, i) => {
    to[i] = value;
  });
}
