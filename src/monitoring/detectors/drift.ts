import type { MonitorThreshold } from "../../contracts/monitor.ts";
import { refusedArgument, requireMade } from "../../core/known-arguments.ts";
import { seededRandom } from "../../core/random.ts";
import { psi } from "../../stats/distances/psi.ts";
import { isNotComputable } from "../../stats/not-computable.ts";
import type { DistanceNull } from "../../stats/thresholds/calibration.ts";
import { distanceNull } from "../../stats/thresholds/distance-null.ts";
import { distancePValue } from "../../stats/thresholds/read-null.ts";
import type { NumericBins } from "../../stats/binning/reference-bins.ts";
import type { NotComputable } from "../../stats/not-computable.ts";
import { countCells, type ReferenceProfile } from "../reference-profile.ts";
import type { WindowColumn } from "../prediction-window.ts";
import type { WindowVerdict } from "../window-verdict.ts";

/** The PSI of one column against its frozen reference, with the probability of as much without drift. */
export interface DriftMeasurement {
  readonly column: string;
  readonly psi: number;
  readonly pValue: number;
}

const nulls = new WeakMap<NumericBins, Map<string, DistanceNull | NotComputable>>();

/** The null distribution depends on reference and window size alone, so it is worked out once for each. */
function nullFor(bins: NumericBins, rows: number, limit: number): DistanceNull | NotComputable {
  // A simulation of N windows cannot tell probabilities below 1/(N + 1) apart.
  const draws = Math.max(4999, Math.ceil(3 / limit));
  const key = `${rows}/${draws}`;
  const known = nulls.get(bins)?.get(key);
  if (known !== undefined) return known;
  const made = distanceNull("psi", bins, rows, { random: seededRandom(`psi/${key}`), draws });
  nulls.set(bins, new Map([...(nulls.get(bins) ?? []), [key, made]]));
  return made;
}

/**
 * Judges columns of a window: bad when a column's PSI is at least `minEffect` and so large that a window without drift would show it
 * with a probability of at most `falseAlarmRate`, shared over the columns by Bonferroni's rule. Errors: `argument/invalid`.
 */
export function judgeDrift(
  columns: ReadonlyMap<string, WindowColumn | undefined>,
  profile: ReferenceProfile,
  threshold: Extract<MonitorThreshold, { readonly kind: "calibrated" }>,
): WindowVerdict {
  if (!(columns instanceof Map)) throw refusedArgument("judgeDrift()", "columns", columns, "a Map of columns by name");
  requireMade("judgeDrift()", profile, {
    what: "a reference profile",
    by: "profileOf() makes it",
    members: { columns: "object" },
  });
  requireMade("judgeDrift()", threshold, {
    what: "a calibrated threshold",
    by: "{ kind, falseAlarmRate, minEffect }",
    members: { falseAlarmRate: "number", minEffect: "number" },
  });
  const found: DriftMeasurement[] = [];
  const limit = threshold.falseAlarmRate / columns.size;
  for (const [name, column] of columns) {
    const bins = profile.columns[name];
    if (bins === undefined || column === undefined)
      return insufficient(`${name} is not in ${bins === undefined ? "the reference" : "the predictions"}`);
    const distance = psi(bins.counts, countCells(bins, column.values, column.present));
    const calm = nullFor(bins, column.values.length, limit);
    if (isNotComputable(distance)) return insufficient(`${name}: ${distance.detail}`);
    if (isNotComputable(calm)) return insufficient(`${name}: ${calm.detail}`);
    found.push({ column: name, psi: distance.value, pValue: distancePValue(calm, distance.value) });
  }
  const measured = Object.fromEntries(found.map((one) => [one.column, one.psi]));
  const drifted = found
    .filter((one) => one.psi >= threshold.minEffect && one.pValue <= limit)
    .sort((a, b) => b.psi - a.psi);
  if (drifted.length === 0)
    return { outcome: "ok", reason: `no PSI of ${threshold.minEffect} or more beyond chance`, measured };
  const worst = drifted.map((one) => `${one.column} PSI ${one.psi.toFixed(3)} (p ${one.pValue.toExponential(1)})`);
  return { outcome: "bad", reason: `drifted: ${worst.join(", ")}`, measured };
}

function insufficient(reason: string): WindowVerdict {
  return { outcome: "insufficient", reason, measured: {} };
}
