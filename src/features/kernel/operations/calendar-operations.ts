import { numeric, ofKernel, type Operation } from "./operation.ts";

/** The calendar, over epoch ms. */
export const calendarOperations: { readonly [op: string]: Operation } = {
  year: ofKernel(1, (k) => k.year),
  month: ofKernel(1, (k) => k.month),
  day: ofKernel(1, (k) => k.day),
  dayOfYear: ofKernel(1, (k) => k.dayOfYear),
  hour: ofKernel(1, (k) => k.hour),
  minute: ofKernel(1, (k) => k.minute),
  second: ofKernel(1, (k) => k.second),
  weekday: ofKernel(1, (k) => k.weekday),
  floorTo: numeric(2, (a: number, b: number) => Math.floor(a / b) * b, "Math.floor(A / B) * B"),
};
