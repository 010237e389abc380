import type { NumericBins } from "../binning/reference-bins.ts";
import type { SummaryReader } from "../bytes/summary-reader.ts";
import type { SummaryWriter } from "../bytes/summary-writer.ts";

const rules: readonly NumericBins["rule"][] = ["quantiles", "distinct", "explicit"];

/** Writes frozen bins with the counts of their reference. */
export function writeBins(writer: SummaryWriter, bins: NumericBins): void {
  writer.u8(rules.indexOf(bins.rule));
  writer.f64(bins.min);
  writer.f64s(bins.uppers);
  for (const count of bins.counts) writer.count(count);
}

/** Reads what {@link writeBins} wrote. */
export function readBins(reader: SummaryReader): NumericBins {
  const rule = rules[reader.u8()];
  const min = reader.f64();
  const uppers = Array.from(reader.f64s());
  const counts = Array.from({ length: uppers.length + 4 }, () => reader.count());
  const ascending = uppers.every(
    (upper, i) => Number.isFinite(upper) && (i === 0 || upper > (uppers[i - 1] as number)),
  );
  reader.require(rule !== undefined && uppers.length > 0 && ascending, "edges that do not ascend");
  reader.require(Number.isFinite(min) && min <= (uppers[0] as number), "a lower end above the first edge");
  return { kind: "numeric", version: 1, rule: rule ?? "explicit", min, uppers, counts };
}

/** Whether counts over these bins mean the same. */
export function sameBins(left: NumericBins, right: NumericBins): boolean {
  if (left === right) return true;
  return (
    left.min === right.min &&
    left.uppers.length === right.uppers.length &&
    left.uppers.every((upper, i) => upper === right.uppers[i])
  );
}
