import { type NotComputable, notComputable } from "../not-computable.ts";
import { pairedLength, type Statistic } from "./resampler.ts";

/** Above this many rows, groups of rows are left out in place of single ones. */
const mostGroups = 2000;

/**
 * The statistic with each row (or group of rows) left out in turn, a list for each sample; with `paired`, one list for all. Groups are
 * every g-th row, so that they are alike also in sorted data.
 */
export function jackknife(
  rows: readonly Float64Array[],
  statistic: Statistic,
  paired: boolean,
): readonly Float64Array[] | NotComputable {
  if (paired) pairedLength(rows);
  const lists: Float64Array[] = [];
  for (const [s, sample] of rows.entries()) {
    if (paired && s > 0) break;
    if (sample.length < 2) return notComputable("too-few", `the ${s + 1}. sample has a single row to leave out`);
    const groups = Math.min(sample.length, mostGroups);
    const values = new Float64Array(groups);
    for (let group = 0; group < groups; group++) {
      const value = statistic(
        ...rows.map((each, e) => (paired || e === s ? without(each, group, groups) : each.slice())),
      );
      if (!Number.isFinite(value))
        return notComputable("out-of-range", `the statistic without row ${group} is ${value}`);
      values[group] = value;
    }
    lists.push(values);
  }
  return lists;
}

function without(sample: Float64Array, group: number, groups: number): Float64Array {
  if (groups === sample.length) {
    const rest = new Float64Array(sample.length - 1);
    rest.set(sample.subarray(0, group));
    rest.set(sample.subarray(group + 1), group);
    return rest;
  }
  const rest = new Float64Array(sample.length - Math.ceil((sample.length - group) / groups));
  let used = 0;
  for (let from = 0; from < sample.length; from += groups) {
    const part = sample.subarray(from, from + groups);
    rest.set(part.subarray(0, group), used);
    rest.set(part.subarray(group + 1), used + Math.min(group, part.length));
    used += part.length - (group < part.length ? 1 : 0);
  }
  return rest;
}
