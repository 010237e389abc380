/** One measured figure. */
export interface Measurement {
  /** The benchmark's name: the file's, without `.bench.ts`. */
  readonly bench: string;
  readonly case: string;
  readonly value: number;
  /** The unit of `value` and `baseline`: `ms`, `rows/s`, `MB`. */
  readonly unit: string;
  /** The target, when lower is better. */
  readonly atMost?: number;
  /** The target, when higher is better. */
  readonly atLeast?: number;
  /** The same figure of what this is compared with, measured in the same run. */
  readonly baseline?: number;
}

/** Prints a measurement as one line of JSON: `{bench, case, value, unit, target?, ok?, baseline?, ratio?}`. */
export function report(measured: Measurement): void {
  const { bench, value, unit, atMost, atLeast, baseline } = measured;
  const missed = (atMost !== undefined && !(value <= atMost)) || (atLeast !== undefined && !(value >= atLeast));
  const target = atMost === undefined ? (atLeast === undefined ? undefined : `>= ${atLeast}`) : `<= ${atMost}`;
  const line = {
    bench,
    case: measured.case,
    value: rounded(value),
    unit,
    ...(target === undefined ? {} : { target, ok: !missed }),
    ...(baseline === undefined ? {} : { baseline: rounded(baseline), ratio: rounded(value / baseline) }),
  };
  console.log(JSON.stringify(line));
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
