import { seededRandom } from "../../src/core/random.ts";
import { robustInterval } from "../../src/data/anomalies/robust-interval.ts";
import { holtWinters } from "../../src/data/anomalies/holt-winters.ts";
import { batchMetricsOf } from "../../src/data/profile/batch-metrics-of.ts";
import { compare } from "../../src/data/checks/compare.ts";
import { completeness } from "../../src/data/checks/completeness.ts";
import { membership } from "../../src/data/checks/membership.ts";
import { pattern } from "../../src/data/checks/pattern.ts";
import { quantileBounds } from "../../src/data/checks/quantile-bounds.ts";
import { range } from "../../src/data/checks/range.ts";
import { uniqueness } from "../../src/data/checks/uniqueness.ts";
import { runChecks } from "../../src/data/checks/run-checks.ts";
import { RowsInMemory } from "../../src/data/rows/stored-rows.ts";
import { makeTable, type Table } from "../../src/table/table.ts";
import { bestMs, keep } from "../measure.ts";
import { report } from "../report.ts";

const bench = "data";
const rows = 1_000_000;

function trips(): Table {
  const random = seededRandom("checks");
  const departed = Float64Array.from({ length: rows }, (_, i) => 978_307_200_000 + 1000 * i);
  const codes = Array.from({ length: 300 }, (_, i) =>
    String.fromCharCode(65 + (i % 26), 65 + ((i * 7) % 26), 65 + (i >> 4)),
  );
  return makeTable({
    id: { tag: "f64", values: Float64Array.from({ length: rows }, (_, i) => i) },
    departed: { tag: "instant", values: departed },
    landed: { tag: "instant", values: departed.map((at) => at + 60_000 * (30 + random.int(400))) },
    origin: { tag: "utf8", values: Int32Array.from({ length: rows }, () => random.int(300)), dictionary: codes },
    delay: {
      tag: "f64",
      values: Float64Array.from({ length: rows }, () => random.int(400) - 60),
      states: Uint8Array.from({ length: rows }, () => (random.int(37) === 0 ? 0 : 1)),
    },
  });
}

/** What checks on a batch of a million rows take, beside the same questions asked of objects row by row; and the metrics kept of it. */
export async function checksOnAMillionRows(): Promise<void> {
  const batch = trips();
  const origins = Object.values(batch.columns).flatMap((column) => (column.tag === "utf8" ? column.dictionary : []));
  const checks = [
    completeness("delay", { atLeast: 0.9 }),
    range("delay", { min: -1500, max: 3000 }),
    membership("origin", origins),
    pattern("origin", /^[A-Z]/),
    compare("landed", ">=", "departed"),
    quantileBounds("delay", 0.5, { min: 0, max: 400 }),
    uniqueness(["id"]),
    uniqueness(["origin", "departed"]),
  ];
  for (const check of checks) {
    const ms = await bestMs(() => keep(check.judge({ batch }).value ?? 0), 5);
    report({ bench, case: `${check.check}(${check.columns.join(", ")}) on 1M rows`, value: ms, unit: "ms" });
  }
  const rows = new RowsInMemory([batch]);
  const ours = await bestMs(async () => keep((await runChecks(checks.slice(0, 5), rows, {})).length), 5);
  const byRow = await bestMs(() => keep(rowByRow(batch, new Set(origins))), 3);
  report({
    bench,
    case: "five row checks on 1M rows, beside a loop over objects",
    value: ours,
    unit: "ms",
    atMost: 150,
    baseline: byRow,
  });
  const metrics = await bestMs(() => keep(batchMetricsOf(batch).rows), 5);
  report({ bench, case: "metrics of 1M rows x 5 columns", value: metrics, unit: "ms" });
  const random = seededRandom("series");
  const series = Array.from({ length: 1000 }, (_, day) => 100 + 10 * (day % 7) + random.normal());
  for (const strategy of [robustInterval(), holtWinters({ period: 7 })]) {
    const ms = await bestMs(() => keep(strategy.judge(series, 100).upper ?? 0), 5);
    report({ bench, case: `${strategy.strategy} over 1,000 batches`, value: ms, unit: "ms" });
  }
}

function rowByRow(batch: Table, origins: ReadonlySet<string>): number {
  const { delay, origin, departed, landed } = batch.columns;
  if (origin?.tag !== "utf8" || delay === undefined || departed === undefined || landed === undefined) return 0;
  let failing = 0;
  for (let row = 0; row < batch.rowCount; row++) {
    const record = {
      delay: delay.states?.[row] === 1 ? Number(delay.values[row]) : null,
      origin: origin.dictionary[origin.values[row] ?? 0] ?? "",
      departed: new Date(Number(departed.values[row])),
      landed: new Date(Number(landed.values[row])),
    };
    if (record.delay === null || record.delay < -1500 || record.delay > 3000) failing++;
    if (!origins.has(record.origin) || !/^[A-Z]/.test(record.origin)) failing++;
    if (record.landed < record.departed) failing++;
  }
  return failing;
}
