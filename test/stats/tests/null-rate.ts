import { expect } from "vitest";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import { isNotComputable, type NotComputable } from "../../../src/stats/not-computable.ts";

/** How often a test alarms at a level over seeded runs. */
export function alarmRate(
  runs: number,
  level: number,
  run: (random: Random) => { readonly pValue: number } | NotComputable,
): number {
  const random = seededRandom("alarm rate");
  let alarms = 0;
  for (let i = 0; i < runs; i++) {
    const result = run(random);
    if (!isNotComputable(result) && result.pValue <= level) alarms++;
  }
  return alarms / runs;
}

/** Expects no more alarms than the level and three standard errors of the simulation, and not none. */
export function expectLevel(rate: number, runs: number, level: number): void {
  expect(rate).toBeLessThanOrEqual(level + 3 * Math.sqrt((level * (1 - level)) / runs));
  expect(rate).toBeGreaterThan(0);
}

/** Standard normal values, moved. */
export function normals(random: Random, n: number, shift: number = 0): Float64Array {
  return Float64Array.from({ length: n }, () => random.normal() + shift);
}
