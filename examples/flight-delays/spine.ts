// Which flights are learnt from and judged on: a seeded sample of a period, with the label and the part of the day.
import { seededRandom } from "sluice";
import { columnOf, makeTable, type Table, takeRows } from "sluice/table";
import { lateMinutes } from "./definitions.ts";

const parts = ["night", "morning", "afternoon", "evening"];

/** Midnight UTC of a date such as "2001-04-01", epoch ms. */
export function at(date: string): number {
  return Date.parse(`${date}T00:00:00Z`);
}

/** The row numbers of the flights that left in [from, to), in order. */
export function rowsBetween(flights: Table, from: string, to: string): Int32Array {
  const { values } = columnOf(flights, "date", "instant");
  const rows: number[] = [];
  const [fromMs, toMs] = [at(from), at(to)];
  for (let row = 0; row < values.length; row++) {
    const date = values[row] ?? 0;
    if (date >= fromMs && date < toMs) rows.push(row);
  }
  return Int32Array.from(rows);
}

/** Spine rows: flight, date, keys and request fields, `late`, `part_of_day`. */
export function spineOf(flights: Table, rows: Int32Array): Table {
  const picked = takeRows(flights, rows);
  const delay = columnOf(picked, "delay", "f64").values;
  const date = columnOf(picked, "date", "instant").values;
  const { flight, origin, destination, distance } = picked.columns;
  if (flight === undefined || origin === undefined || destination === undefined || distance === undefined)
    throw new Error("flights without their columns");
  return makeTable({
    flight,
    date: { tag: "instant", values: date },
    origin,
    destination,
    distance,
    late: { tag: "f64", values: Float64Array.from(delay, (minutes) => (minutes > lateMinutes ? 1 : 0)) },
    part_of_day: {
      tag: "utf8",
      values: Int32Array.from(date, (ms) => Math.floor((ms % 86_400_000) / 21_600_000)),
      dictionary: parts,
    },
  });
}

/** A seeded sample of `size` of the rows, in their order. */
export function sample(rows: Int32Array, size: number, seed: string): Int32Array {
  return seededRandom(seed).shuffle(rows.slice()).slice(0, size).sort();
}
