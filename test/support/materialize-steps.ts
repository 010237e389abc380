import { join } from "node:path";
import { memoryOffline } from "../../src/backends/arrow/memory-offline-store.ts";
import { fsBlobs } from "../../src/backends/fs/fs-blob-store.ts";
import type { OnlineStore } from "../../src/contracts/online-store.ts";
import { systemClock } from "../../src/core/clock.ts";
import { digestOfJson, type Digest } from "../../src/core/digest.ts";
import { seededRandom } from "../../src/core/random.ts";
import type { FeaturesTables } from "../../src/features/store/features-migrations.ts";
import { DatasetRepository } from "../../src/data/dataset-repository.ts";
import { count, entity, FeatureStore, featureService, featureView, mean, t } from "../../src/features/index.ts";
import { SqlAuditLog } from "../../src/ledger/sql-audit-log.ts";
import { SqlChangeFeed } from "../../src/ledger/sql-change-feed.ts";
import { SqlLineageStore } from "../../src/ledger/sql-lineage-store.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import type { Table } from "../../src/table/table.ts";
import { plainDataset } from "../features/plain-dataset.ts";
import { type FeaturePlace, openStores, type Point } from "./feature-place.ts";

// Materializations and pushes at a place: the same steps and rows in every process.

const minute = 60_000;
const start = Date.UTC(2024, 0, 1);
const total = 1000;
/** How many minutes back reads are compared: within the retention, whatever was trimmed. */
const readable = 450;
const readings = plainDataset(
  "readings",
  { id: t.float64, time: t.instant, known: t.instant, sensor: t.utf8, value: t.float64 },
  { id: "id", knownTime: "known" },
);
const options = { source: readings, entities: [entity("sensor", { sensor: t.utf8 })] };
const recent = featureView("recent", {
  ...options,
  windows: { n: count().over("1h"), mean: mean("value").over("2h") },
});
const last = featureView("last", { ...options, ttl: "4h", latest: { value: "value" } });
const service = featureService("sensors", [recent, last]);
const sensors = ["A", "B", "C", "D", "E"];

export interface OpenFeatures {
  readonly store: FeatureStore;
  readonly online: OnlineStore;
  readonly datasets: DatasetRepository;
  /** What is on record as loaded, by view. */
  records(): Promise<readonly object[]>;
  close(): Promise<void>;
}

export async function openFeatures(place: FeaturePlace, point?: Point): Promise<OpenFeatures> {
  const { metadata, online, close } = await openStores(place, point);
  const wiring = { metadata, clock: systemClock };
  const ledger = {
    audit: new SqlAuditLog(wiring),
    lineage: new SqlLineageStore(wiring),
    changes: new SqlChangeFeed(wiring),
  };
  const datasets = new DatasetRepository({ ...wiring, ledger, blobs: fsBlobs({ path: join(place.folder, "blobs") }) });
  const store = new FeatureStore({ ...wiring, ledger, datasets, online, offline: memoryOffline(), retention: "8h" });
  const records = async (): Promise<readonly object[]> =>
    await metadata.sql
      .withTables<FeaturesTables>()
      .selectFrom("feature_materialization")
      .select(["view", "loaded", "part"])
      .orderBy("view")
      .execute();
  return { store, online, datasets, records, close };
}

/** A reading a minute, known within ten; every ninth comes late, by up to an hour. */
function rows(from: number, to: number): Table {
  const records = Array.from({ length: to - from }, (_, i) => {
    const id = from + i;
    const random = seededRandom(`reading ${id}`);
    const time = start + (id - (id % 9 === 0 ? random.int(60) : 0)) * minute;
    const sensor = sensors[random.int(sensors.length)] ?? "A";
    return { id, time, known: time + random.int(10) * minute, sensor, value: random.next() / 3 };
  });
  return tableFromRows(records, readings.columns);
}

/** Commits the history: a version, and one that was made from it by appending. */
export async function commitHistory({ datasets }: OpenFeatures): Promise<readonly Digest[]> {
  const first = await datasets.commit(readings, [rows(0, 450)]);
  const second = await datasets.commit(readings, [rows(450, total)]);
  return [first.digest, second.digest];
}

type Step =
  | { readonly kind: "materialize"; readonly to: number; readonly version: number }
  | { readonly kind: "push"; readonly from: number; readonly to: number };

const pushes = (from: number, to: number): Step[] =>
  Array.from({ length: (to - from) / 50 }, (_, i) => ({
    kind: "push",
    from: from + i * 50 - 10,
    to: from + i * 50 + 50,
  }));
/** Loads and streams in turns; pushes bring rows that are there already too. */
const steps: readonly Step[] = [
  { kind: "materialize", to: 399, version: 0 },
  ...pushes(400, 500),
  { kind: "materialize", to: 699, version: 1 },
  ...pushes(700, 800),
  { kind: "materialize", to: total, version: 1 },
];
export const stepCount = steps.length;

/** A lease that a dead process leaves for a moment alone. */
const lease = "150ms";

export async function doFeatureStep({ store }: OpenFeatures, versions: readonly Digest[], step: number): Promise<void> {
  const doing = steps[step];
  if (doing?.kind === "push") {
    await store.register(service);
    await store.push(readings, rows(doing.from, doing.to));
  } else if (doing !== undefined) await materializeTo({ store }, versions, doing.version, doing.to);
}

export async function materializeTo(
  { store }: Pick<OpenFeatures, "store">,
  versions: readonly Digest[],
  version: number,
  to: number,
  given: { readonly lease?: string | number; readonly from?: number; readonly signal?: AbortSignal } = {},
): Promise<number> {
  const digest = versions[version];
  if (digest === undefined) throw new Error("which version?");
  const sources = { readings: digest };
  const done = await store.materialize(service, {
    to: start + to * minute,
    sources,
    rowsAtOnce: 20,
    wait: true,
    lease,
    ...given,
  });
  return done.events;
}

/** Pushes readings online. */
export async function pushReadings(
  { store }: Pick<OpenFeatures, "store">,
  from: number,
  to: number,
  signal?: AbortSignal,
): Promise<void> {
  await store.register(service);
  await store.push(readings, rows(from, to), signal === undefined ? {} : { signal });
}

/** Reads what every sensor has at the end. */
export async function readOnce({ store }: Pick<OpenFeatures, "store">, signal?: AbortSignal): Promise<void> {
  const atMs = new Float64Array(sensors.length).fill(start + total * minute);
  const inputs = sensors.map((sensor) => ({ sensor }));
  await store.vectors(service, inputs, { atMs, ...(signal === undefined ? {} : { signal }) });
}

/** Loads a past range again, whatever the watermark says. */
export async function backfillFrom(
  { store }: Pick<OpenFeatures, "store">,
  version: Digest | undefined,
  from: number,
  to: number,
): Promise<void> {
  if (version === undefined) throw new Error("which version?");
  const range = { from: start + from * minute, to: start + to * minute };
  await store.backfill(service, { ...range, sources: { readings: version }, wait: true });
}

/** The digest of what every sensor reads at every minute of a range (that can still be read), and of the events behind it. */
export async function readingsDigest(
  { store, online }: OpenFeatures,
  { from = total - readable, to = total + 30 } = {},
): Promise<Digest> {
  const inputs: { sensor: string }[] = [];
  const atMs: number[] = [];
  for (let at = from; at <= to; at++) {
    for (const sensor of [...sensors, "Z"]) {
      inputs.push({ sensor });
      atMs.push(start + at * minute);
    }
  }
  const read = await store.vectors(service, inputs, { atMs: Float64Array.from(atMs) });
  const parts = [hex(read.values), [...read.statuses].join("")];
  for (const view of [recent, last]) {
    const { events } = await online.readEvents(view.hash, sensors, start + (from - 125) * minute);
    for (const { count: held, ids, eventTimeMs, knownTimeMs, values } of events)
      parts.push(...[ids, eventTimeMs, knownTimeMs, ...values].map((column) => hex(column.subarray(0, held))));
  }
  return digestOfJson(parts);
}

function hex(values: Float64Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString("hex");
}
