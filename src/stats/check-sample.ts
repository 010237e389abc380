import { type NotComputable, notComputable } from "./not-computable.ts";

/** Says why a sample cannot be used (empty, NaN, or infinite where `finite` is asked for), or `undefined` if it can. */
export function checkSample(name: string, values: ArrayLike<number>, finite: boolean): NotComputable | undefined {
  if (values.length === 0) return notComputable("empty", `the ${name} sample is empty`);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isFinite(value)) continue;
    if (Number.isNaN(value)) return notComputable("nan", `the ${name} sample has a NaN at index ${i}`);
    if (finite) return notComputable("infinite", `the ${name} sample has ${value} at index ${i}`);
  }
  return undefined;
}
