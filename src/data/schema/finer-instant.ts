/** An instant as zod puts it out: one that zod left as it was keeps its fraction of a millisecond, which a Date would lose. */
export function finerInstant(value: Date, ms: number): Date | number {
  return Object.is(new Date(ms).getTime(), value.getTime()) ? ms : value;
}
