import { expect, test } from "vitest";
import { z } from "zod";
import type { CheckOutcome } from "../../src/contracts/check.ts";
import { seededRandom } from "../../src/core/random.ts";
import { holtWinters } from "../../src/data/anomalies/holt-winters.ts";
import { predictionInterval } from "../../src/data/anomalies/prediction-interval.ts";
import { anomaly } from "../../src/data/checks/anomaly.ts";
import { compare } from "../../src/data/checks/compare.ts";
import { completeness } from "../../src/data/checks/completeness.ts";
import { custom } from "../../src/data/checks/custom.ts";
import { distribution } from "../../src/data/checks/distribution.ts";
import { freshness } from "../../src/data/checks/freshness.ts";
import { meanBounds } from "../../src/data/checks/mean-bounds.ts";
import { pattern } from "../../src/data/checks/pattern.ts";
import { range } from "../../src/data/checks/range.ts";
import { referential } from "../../src/data/checks/referential.ts";
import { dataset } from "../../src/data/dataset.ts";
import type { IngestResult } from "../../src/data/ingest/ingest-result.ts";
import { rowsSource } from "../../src/data/sources/rows-source.ts";
import { tableSource } from "../../src/data/sources/table-source.ts";
import { columnOf, makeTable } from "../../src/table/table.ts";
import { tableToRows } from "../../src/table/table-to-rows.ts";
import { withData } from "./open-data.ts";

const airports = dataset("airports", {
  schema: z.object({ code: z.string(), at: z.date() }),
  eventTime: "at",
});
const schema = z.object({ at: z.date(), origin: z.string(), km: z.number().positive().nullable() });

const at = new Date(1_000_000_000_000);
const trips = (count: number, origin = "ATL", km: number | null = 5): { [name: string]: unknown }[] =>
  Array.from({ length: count }, (_, i) => ({ at, origin, km: km === null ? null : km + (i % 7) }));

const verdicts = (checks: readonly CheckOutcome[]): string[] =>
  checks.map(({ check, outcome }) => `${check} ${outcome}`);

test("checks get the time, other datasets' versions and the history that they need", () =>
  withData(async ({ data, clock }) => {
    const flights = dataset("flights", {
      schema,
      eventTime: "at",
      checks: [
        freshness("at", { maxAge: "1h" }),
        referential(["origin"], { in: "airports", columns: ["code"] }),
        compare("km", "<", { value: 1000 }),
        anomaly("rows", predictionInterval(), { severity: "warn" }),
        custom("sees all", { version: "1" }, ({ batch }) => ({
          pass: Object.keys(batch.columns).length === 3,
          reason: Object.keys(batch.columns).join(),
        })),
      ],
    });
    const first = await data.ingest(flights, rowsSource(trips(20)));
    expect(verdicts(first.checks), first.summary).toEqual([
      "freshness pass",
      "referential insufficientHistory",
      "compare pass",
      "anomaly insufficientHistory",
      "custom sees all pass",
    ]);
    await data.ingest(airports, rowsSource([{ code: "ATL", at }]));
    const second = await data.ingest(flights, rowsSource(trips(21)));
    expect(verdicts(second.checks)[1]).toBe("referential pass");
    const unknown = await data.ingest(flights, rowsSource([...trips(21), ...trips(1, "XXX")]));
    expect(unknown).toMatchObject({
      outcome: "blocked",
      reasons: [expect.stringMatching(/^referential: origin: 1 of 22/)],
    });
    expect(unknown.checks[1]).toMatchObject({
      rowsFailing: 1,
      failingRows: [21],
      sampleRows: [{ at: at.getTime(), origin: "XXX", km: 5 }],
    });
    clock.advance(3_600_001);
    expect((await data.ingest(flights, rowsSource(trips(22)))).outcome).toBe("blocked");
  }));

test("the metrics of every committed batch are kept, and anomalies over them block a batch", () =>
  withData(async ({ data }) => {
    const random = seededRandom("batches");
    const flights = dataset("flights", {
      schema,
      eventTime: "at",
      checks: [
        anomaly("rows", predictionInterval()),
        anomaly({ metric: "mean", column: "km" }, predictionInterval()),
        anomaly({ metric: "completeness", column: "km" }, holtWinters({ period: 7 }), { severity: "warn" }),
      ],
    });
    for (let day = 0; day < 7; day++) {
      const result = await data.ingest(flights, rowsSource(trips(100 + random.int(10), "ATL", 5 + day / 10)));
      expect(result.outcome, result.summary).toBe("committed");
    }
    const series = await data.metrics("flights");
    expect(series).toHaveLength(7);
    expect(series.map(({ version }) => version)).toEqual(
      (await data.versions("flights")).map(({ digest }) => digest).reverse(),
    );
    expect(series[0]).toMatchObject({
      dataset: "flights",
      committedAtMs: 1_000_000_000_000,
      columns: {
        origin: { completeness: 1, distinct: 1, mean: 3, sd: 0, min: 3, max: 3 },
        km: { completeness: 1, distinct: 7, min: 5, max: 11 },
      },
    });
    expect(await data.metrics("flights", { limit: 2 })).toEqual(series.slice(-2));
    const head = await data.head("flights");
    const spike = await data.ingest(flights, rowsSource(trips(100, "ATL", 50_000)));
    expect(spike).toMatchObject({ outcome: "blocked", reasons: [expect.stringMatching(/^anomaly: mean of km/)] });
    expect(await data.head("flights")).toEqual(head);
    expect(await data.metrics("flights")).toEqual(series);
    const warned = await data.ingest(flights, rowsSource(trips(100, "ATL", 50_000)), { onFailure: "warn" });
    expect(warned.outcome).toBe("committed");
    expect((await data.ingest(flights, rowsSource(trips(104)))).outcome, "the spike is not learnt").toBe("committed");
  }));

test("an open anomaly check counts against the newest version only", () =>
  withData(async ({ data }) => {
    const flights = dataset("flights", {
      schema,
      eventTime: "at",
      checks: [
        completeness("km", { atLeast: 0.5 }),
        distribution("km", { against: "previous" }),
        anomaly("rows", predictionInterval({ minHistory: 2 })),
      ],
    });
    const validated: boolean[] = [];
    for (let day = 0; day < 4; day++) {
      const result = await data.ingest(flights, rowsSource(trips(200 + day)));
      if (result.outcome !== "committed") return expect.fail(result.summary);
      validated.push((await data.validation(result.version.digest)).validated);
    }
    expect(validated).toEqual([false, false, true, true]);
  }));

test("checks run on the whole batch and on the accepted rows; both are reported, the second decides", () =>
  withData(async ({ data }) => {
    const flights = dataset("flights", { schema, eventTime: "at", checks: [meanBounds("km", { min: 0 })] });
    const batch = [...trips(10), { at, origin: "ATL", km: -5000 }];
    const seen: string[] = [];
    const result = await data.ingest(flights, rowsSource(batch), {
      onFailure: "quarantine",
      onProgress: ({ stage, done, total }) => seen.push(`${stage} ${done}/${total}`),
    });
    expect(result.outcome, result.summary).toBe("committed");
    expect(result.checks[0]).toMatchObject({ outcome: "pass" });
    expect(result.wholeBatchChecks[0]).toMatchObject({ outcome: "fail" });
    expect(result.summary).toContain("with the refused rows: fail mean");
    expect(seen.slice(-2)).toEqual(["checking flights 1/2", "checking flights 2/2"]);
    const again = await data.ingest(flights, rowsSource(batch), { onFailure: "quarantine" });
    expect(again.wholeBatchChecks).toEqual(result.wholeBatchChecks);
    const clean = await data.ingest(flights, rowsSource(trips(12)));
    expect(clean.wholeBatchChecks).toBe(clean.checks);
    // The other way round: what the refused rows hid.
    const hidden = await data.ingest(
      dataset("hidden", { schema, eventTime: "at", checks: [meanBounds("km", { max: 0 })] }),
      rowsSource(batch),
      { onFailure: "quarantine" },
    );
    expect(hidden.wholeBatchChecks[0]?.outcome).toBe("pass");
    expect(hidden.outcome).toBe("blocked");
  }));

test("a failed batch is quarantined as a whole, once; repaired rows come in with their origin in the lineage", () =>
  withData(async ({ data, ledger }) => {
    const flights = dataset("flights", {
      schema,
      eventTime: "at",
      checks: [pattern("origin", /^[A-Z]{3}$/), range("km", { max: 100 })],
    });
    await data.ingest(flights, rowsSource(trips(5)));
    const head = await data.head("flights");
    const bad = [...trips(3, "atl"), { at, origin: "ORD", km: -1 }, ...trips(2, "ORD")];
    const ingest = (): Promise<IngestResult> => data.ingest(flights, rowsSource(bad), { onFailure: "quarantine" });
    const blocked = await ingest();
    if (blocked.outcome !== "blocked" || blocked.quarantine === undefined) return expect.fail(blocked.summary);
    expect(blocked.rows).toEqual({ read: 6, accepted: 0, quarantined: 0, blocked: 6 });
    expect(blocked.summary).toContain("all rows are in flights.quarantine");
    expect(await data.head("flights")).toEqual(head);
    expect(blocked.quarantine).toMatchObject({ dataset: "flights.quarantine", rows: 6 });
    expect(await ingest()).toMatchObject({ outcome: "blocked", quarantine: { digest: blocked.quarantine.digest } });
    const apart = await data.readQuarantine("flights", { version: blocked.quarantine.digest });
    expect([...apart.sourceRows]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(apart.reasons[0]).toMatch(/^batch: pattern: origin: 3 of 5 rows do not match/);
    expect(apart.reasons[3]).toMatch(/^km: .*too_small/);
    expect(tableToRows(apart.table).map((row) => row["km"])).toEqual([5, 6, 7, -1, 5, 6]);
    expect(Object.keys(apart.table.columns)).toEqual(["at", "origin", "km"]);
    const origin = columnOf(apart.table, "origin", "utf8");
    const km = columnOf(apart.table, "km", "f64");
    const repaired = makeTable({
      ...apart.table.columns,
      origin: { ...origin, dictionary: origin.dictionary.map((text) => (text === "atl" ? "MDW" : text)) },
      km: { ...km, values: km.values.map(Math.abs) },
    });
    const result = await data.ingest(flights, tableSource(repaired), { repairs: apart.version });
    if (result.outcome !== "committed") return expect.fail(result.summary);
    expect(result.version.rows).toBe(11);
    const { children } = await ledger.lineage.upstream(`dataset:${result.version.digest}`);
    expect(children.map(({ via, node, asserted }) => [via, node, asserted])).toContainEqual([
      "repaired",
      `dataset:${apart.version}`,
      true,
    ]);
    await expect(data.ingest(flights, tableSource(repaired), { repairs: result.version.digest })).rejects.toThrowError(
      /argument\/invalid/,
    );
    await expect(data.readQuarantine("airports")).rejects.toThrowError(/data\/version-not-found/);
    const later = await data.ingest(flights, rowsSource(trips(4, "zzz")), { onFailure: "quarantine" });
    if (later.outcome !== "blocked") return expect.fail(later.summary);
    expect((await data.readQuarantine("flights")).table.rowCount).toBe(4);
    expect((await data.readQuarantine("flights", { rows: "all" })).table.rowCount).toBe(10);
  }));

test("sample rows are reported and never stored", () =>
  withData(async ({ data, blobs, repository }) => {
    const flights = dataset("flights", {
      schema,
      eventTime: "at",
      checks: [pattern("origin", /^[A-Z]{3}$/, { severity: "warn" })],
    });
    const batch = [...trips(3), ...trips(1, "Jane Doe's house")];
    const result = await data.ingest(flights, rowsSource(batch));
    if (result.outcome !== "committed") return expect.fail(result.summary);
    expect(result.checks[0]?.sampleRows).toEqual([{ at: at.getTime(), origin: "Jane Doe's house", km: 5 }]);
    expect(result.version.checks[0]).toMatchObject({ rowsFailing: 1, failingRows: [3] });
    const manifest = new TextDecoder().decode(await blobs.get((await repository.manifest(result.version.digest)).blob));
    expect(manifest).not.toContain("sampleRows");
    const again = await data.ingest(flights, rowsSource(batch));
    expect(again.checks[0]).not.toHaveProperty("sampleRows");
  }));

test("a check on a column that it cannot judge is refused when the dataset is defined", () => {
  const wrong = [
    pattern("km", /./),
    range("origin", { min: 0 }),
    freshness("km", { maxAge: 1 }),
    meanBounds("origin", { min: 0 }),
  ];
  for (const check of wrong)
    expect(() => dataset("flights", { schema, eventTime: "at", checks: [check] })).toThrowError(
      /definition\/invalid.*a column of type/,
    );
});

test("the compiler knows the columns of every check", () => {
  const where = { left: "origin", operator: "==", right: { value: "ATL" } } as const;
  const eventTime = "at";
  const odd = anomaly({ metric: "mean", column: "miles" }, predictionInterval());
  const make = (): unknown => [
    dataset("a", { schema, eventTime, checks: [compare({ minus: ["km", { value: 1 }] }, "<", "km", { where })] }),
    // @ts-expect-error: there is no column "miles"
    dataset("b", { schema, eventTime, checks: [compare({ minus: ["km", "miles"] }, "<", "km")] }),
    // @ts-expect-error: there is no column "miles"
    dataset("c", { schema, eventTime, checks: [odd] }),
    // @ts-expect-error: there is no column "miles"
    dataset("d", { schema, eventTime, checks: [completeness("miles", { atLeast: 1 })] }),
  ];
  expect(make).toThrowError(/definition\/invalid.*miles/);
});
