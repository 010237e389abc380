import type { Check, CheckOutcome, CheckSurroundings } from "../../contracts/check.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import { makeTable, type Table } from "../../table/table.ts";
import { tableDigest } from "../../table/table-digest.ts";
import { anyColumnOf } from "../../table/table.ts";
import { foldingCheck } from "./folding-check.ts";
import { type DistributionLimits, DistributionMeter, requireLimits } from "./judge-distribution.ts";
import { refuseOption, requireColumnName, severityOf } from "./require-option.ts";

/** What a batch is compared with: rows at hand, or a dataset version by its digest or its dataset's name (the newest then). */
export type ReferenceRows = Table | { readonly version: string };

/** How {@link distribution} judges. */
export interface DistributionOptions extends DistributionLimits {
  /** What the batch is compared with: the newest version of its own dataset (`"previous"`), or given rows that stay the same. */
  readonly against: "previous" | ReferenceRows;
}

/**
 * A column is distributed as in the previous version or as in a reference: the distance over bins frozen on those rows stays below both
 * what chance explains at these sizes and the least effect that matters. Missing cells have a bin of their own. Of a version of more than a million
 * rows, a million that are evenly drawn stand for it.
 *
 * Without a previous version, or the version named, the answer is `insufficientHistory`, never "pass"; so it is for a batch without rows.
 * Throws `argument/invalid` for a rate outside (0, 1), a negative effect, and a metric without a `minEffect` (population stability index aside).
 *
 * @example
 * ```ts
 * import { distribution } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const miles = makeTable({ distance: { tag: "f64", values: Float64Array.from({ length: 2000 }, (_, i) => i) } });
 * const kilometres = makeTable({ distance: { tag: "f64", values: Float64Array.from({ length: 2000 }, (_, i) => i * 1.609) } });
 * const check = distribution("distance", { against: "previous" });
 * if (check.judge({ batch: kilometres, previous: miles }).outcome !== "fail") throw new Error("another unit");
 * if (check.judge({ batch: miles, previous: miles }).outcome !== "pass") throw new Error("the same");
 * if (check.judge({ batch: miles }).outcome !== "insufficientHistory") throw new Error("nothing to compare with");
 * if (distribution("distance", { against: miles }).judge({ batch: kilometres }).outcome !== "fail") throw new Error("given rows");
 * ```
 */
export function distribution<const C extends string>(column: C, options: DistributionOptions): Check<C> {
  return referenceCheck("distribution", column, options, "the previous version");
}

/** How {@link skew} judges. */
export interface SkewOptions extends DistributionLimits {
  /** A sample of what the model was served with: rows at hand, or the dataset that they are ingested into. */
  readonly against: ReferenceRows;
}

/**
 * Training–serving skew: a column of the training data is distributed as in a logged sample of what the model is served with. Bins are
 * frozen on the sample; otherwise as {@link distribution}, whose distances and size-aware thresholds it shares.
 *
 * @example
 * ```ts
 * import { skew } from "sluice/data";
 * import { makeTable } from "sluice/table";
 * const table = (scale: number) =>
 *   makeTable({ km: { tag: "f64", values: Float64Array.from({ length: 500 }, (_, i) => (i % 83) * scale) } });
 * const check = skew("km", { against: table(1) });
 * if (check.judge({ batch: table(1000) }).outcome !== "fail") throw new Error("trained in metres, served in kilometres");
 * if (check.judge({ batch: table(1) }).outcome !== "pass") throw new Error("the same");
 * ```
 */
export function skew<const C extends string>(column: C, options: SkewOptions): Check<C> {
  const against: unknown = options.against;
  if (against === "previous")
    return refuseOption(
      'against "previous"',
      "a serving sample",
      "Pass its rows, or { version } of the dataset it is in.",
    );
  return referenceCheck("skew", column, options, "the serving sample");
}

function referenceCheck<const C extends string>(
  check: "distribution" | "skew",
  column: C,
  options: DistributionOptions,
  name: string,
): Check<C> {
  requireColumnName(column);
  const { against } = options;
  const limits = requireLimits(options);
  const about = { check, columns: [column], severity: severityOf(options) } as const;
  const unknown = (why: string): CheckOutcome => ({
    ...about,
    outcome: "insufficientHistory",
    reason: `${column}: ${why}`,
  });
  const { key, needs, title, rowsOf } = referenceOf(column, against, name);
  const metric = options.metric === undefined ? {} : { metric: options.metric };
  return {
    ...about,
    params: { against: key, falseAlarmRate: limits.falseAlarmRate, minEffect: limits.minEffect, ...metric },
    ...(needs && { needs }),
    ...foldingCheck((surroundings) => {
      const reference = rowsOf(surroundings);
      const meter = reference && new DistributionMeter(anyColumnOf(reference, column), limits);
      let rows = 0;
      return {
        add: (piece) => {
          rows += piece.rowCount;
          meter?.add(anyColumnOf(piece, column));
        },
        finish: () => {
          if (meter === undefined) return unknown(`there is no ${title.replace(/^the /, "")} to compare with`);
          if (rows === 0) return unknown("the batch has no rows");
          const found = meter.judge();
          if (typeof found === "string") return unknown(found);
          const { value, chance, bound } = found;
          const limitsText = `chance explains up to ${chance.toFixed(4)}, ${limits.minEffect} would matter`;
          const reason = `${column}: ${limits.metric === "psi" ? "PSI" : limits.metric} ${value.toFixed(4)} against ${title} (${limitsText})`;
          return { ...about, outcome: value > bound ? "fail" : "pass", value, bound, reason };
        },
      };
    }),
  };
}

interface Reference {
  readonly key: JsonValue;
  readonly title: string;
  readonly needs?: NonNullable<Check["needs"]>;
  readonly rowsOf: (surroundings: CheckSurroundings) => Table | undefined;
}

function referenceOf(column: string, against: DistributionOptions["against"], name: string): Reference {
  if (against === "previous")
    return { key: "previous", title: name, needs: { previous: "sample" }, rowsOf: ({ previous }) => previous };
  const given: unknown = against;
  if (typeof given === "object" && given !== null && "version" in against) {
    const { version } = against;
    if (typeof version !== "string" || version === "")
      refuseOption(`version ${JSON.stringify(version)}`, "a digest or the name of a dataset");
    return {
      key: { version },
      title: `version ${version}`,
      needs: { tables: { [version]: { version, columns: [column], sample: true } } },
      rowsOf: ({ tables }) => tables?.[version],
    };
  }
  if (typeof given !== "object" || given === null || !("columns" in against))
    return refuseOption(`against ${JSON.stringify(given)}`, '"previous", a table or { version }');
  const rows = makeTable({ [column]: anyColumnOf(against, column) });
  return { key: { table: tableDigest(rows) }, title: "the given rows", rowsOf: () => rows };
}
