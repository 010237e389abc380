import type { Outcome } from "../../contracts/prediction-log.ts";
import { SluiceError } from "../../core/errors.ts";
import { decodeSegment, encodeSegment } from "../../ledger/segments/segment-codec.ts";
import { bytesOf, doublesOf, textOf } from "../../ledger/segments/segment-columns.ts";

const kinds = { absent: 0, number: 1, boolean: 2 } as const;

/** Packs outcomes: ids, times, and a column of values and one of kinds for each name. Errors: `argument/invalid` for a number that is not finite. */
export function encodeOutcomes(model: string, outcomes: readonly Outcome[]): Uint8Array {
  const names = new Set<string>();
  for (const outcome of outcomes) for (const name of Object.keys(outcome.values)) names.add(name);
  const columns: { [name: string]: Float64Array | Uint8Array | readonly string[] } = {
    ids: outcomes.map((outcome) => outcome.predictionId),
    timeMs: Float64Array.from(outcomes, (outcome) => finite(outcome.timeMs, "time")),
  };
  for (const [i, name] of [...names].entries()) {
    columns[`value${i}`] = Float64Array.from(outcomes, ({ values }) => finite(Number(values[name] ?? 0), name));
    columns[`kind${i}`] = Uint8Array.from(outcomes, ({ values }) => kindOf(values[name]));
  }
  return encodeSegment({ head: { kind: "outcomes", model, names: [...names] }, columns });
}

/** Unpacks outcomes. Errors: `serving/log-corrupt`, `workspace/newer-version`. */
export function decodeOutcomes(bytes: Uint8Array): readonly Outcome[] {
  const segment = decodeSegment(bytes);
  const ids = textOf(segment, "ids");
  const timeMs = doublesOf(segment, "timeMs");
  const names = segment.head["names"];
  const columns = (Array.isArray(names) ? names : []).map((name, i) => ({
    name: String(name),
    values: doublesOf(segment, `value${i}`),
    kinds: bytesOf(segment, `kind${i}`),
  }));
  return ids.map((predictionId, row) => {
    const values: { [name: string]: number | boolean } = {};
    for (const column of columns) {
      const kind = column.kinds[row];
      const value = column.values[row] ?? 0;
      if (kind === kinds.number) values[column.name] = value;
      else if (kind === kinds.boolean) values[column.name] = value !== 0;
    }
    return { predictionId, timeMs: timeMs[row] ?? 0, values };
  });
}

function kindOf(value: number | boolean | undefined): number {
  if (value === undefined) return kinds.absent;
  return typeof value === "boolean" ? kinds.boolean : kinds.number;
}

function finite(value: number, name: string): number {
  if (Number.isFinite(value)) return value;
  throw new SluiceError("argument/invalid", {
    found: `${value} as the ${name} of an outcome`,
    expected: "a finite number or a boolean",
    fix: "Leave out what is not known.",
  });
}
