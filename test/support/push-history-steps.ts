import { join } from "node:path";
import { z } from "zod";
import { memoryOffline } from "../../src/backends/arrow/memory-offline-store.ts";
import { fsBlobs } from "../../src/backends/fs/fs-blob-store.ts";
import type { WorkspaceEvents } from "../../src/contracts/workspace-events.ts";
import { systemClock } from "../../src/core/clock.ts";
import { digestOfJson, type Digest } from "../../src/core/digest.ts";
import { typedEvents } from "../../src/core/events.ts";
import { seededRandom } from "../../src/core/random.ts";
import { DataStage } from "../../src/data/data-stage.ts";
import { dataset } from "../../src/data/dataset.ts";
import { DatasetRepository } from "../../src/data/dataset-repository.ts";
import { Ingest } from "../../src/data/ingest/ingest.ts";
import { DatasetVersions } from "../../src/data/versions/dataset-versions.ts";
import { count, entity, FeatureStore, featureService, featureView, t } from "../../src/features/index.ts";
import { SqlAuditLog } from "../../src/ledger/sql-audit-log.ts";
import { SqlChangeFeed } from "../../src/ledger/sql-change-feed.ts";
import { SqlLineageStore } from "../../src/ledger/sql-lineage-store.ts";
import { stableOrder } from "../../src/table/stable-order.ts";
import { tableToRows } from "../../src/table/table-to-rows.ts";
import { takeRows } from "../../src/table/take-rows.ts";
import { type FeaturePlace, openStores, type Point } from "./feature-place.ts";

// Pushes to history and to both, and flushes, at a place: the same steps and rows in every process.

const minute = 60_000;
const start = Date.UTC(2024, 0, 1);
const clicks = dataset("clicks", {
  schema: z.object({ id: z.number().int(), time: z.date(), user: z.string(), cost: z.number().nullable() }),
  eventTime: "time",
  id: "id",
});
const view = featureView("recent", {
  source: clicks,
  entities: [entity("user", { user: t.utf8 })],
  windows: { n: count().over("1h") },
  latest: { cost: "cost" },
});
const service = featureService("users", [view]);
const users = ["A", "B", "C"];

export interface OpenPushes {
  readonly store: FeatureStore;
  readonly data: DataStage;
  close(): Promise<void>;
}

export async function openPushes(place: FeaturePlace, point?: Point): Promise<OpenPushes> {
  const { metadata, online, close } = await openStores(place, point);
  const on = { metadata, clock: systemClock };
  const ledger = { audit: new SqlAuditLog(on), lineage: new SqlLineageStore(on), changes: new SqlChangeFeed(on) };
  const parts = {
    ...on,
    ledger,
    blobs: fsBlobs({ path: join(place.folder, "blobs") }),
    events: typedEvents<WorkspaceEvents>({}),
  };
  const repository = new DatasetRepository(parts);
  const versions = new DatasetVersions({ ...parts, repository, roots: async function* () {} });
  const data = new DataStage({ repository, ingest: new Ingest({ ...parts, repository }), versions });
  const store = new FeatureStore({ ...parts, datasets: data, collector: data, online, offline: memoryOffline() });
  return { store, data, close };
}

export const pushSteps = 24;

/** Every fourth step folds; the others push twelve rows of which four were pushed before, some late. */
export async function doPushStep({ store }: OpenPushes, step: number): Promise<void> {
  await store.register(service);
  if (step % 4 === 3) {
    await store.flush();
    return;
  }
  const rows = Array.from({ length: 12 }, (_, i) => {
    const id = step * 8 + i;
    const random = seededRandom(`click ${id}`);
    const time = new Date(start + (id - random.int(30)) * minute);
    return { id, time, user: users[random.int(users.length)] ?? "A", cost: random.int(5) === 0 ? null : random.next() };
  });
  await store.push(clicks, rows, { to: step % 4 === 1 ? "offline" : "both" });
}

/** Brings everything to its end, and answers the digest of history's rows and of what requests read. */
export async function pushedDigest({ store, data }: OpenPushes): Promise<Digest> {
  await store.register(service);
  await store.flush();
  const table = await data.read("clicks");
  const ids = Float64Array.from(table.columns["id"]?.values ?? [], Number);
  const rows = tableToRows(takeRows(table, stableOrder(ids)));
  const inputs = users.flatMap((user) => Array.from({ length: 250 }, () => ({ user })));
  const atMs = Float64Array.from(inputs, (_, i) => start + (i % 250) * minute);
  const read = await store.vectors(service, inputs, { atMs });
  return digestOfJson([JSON.stringify(rows), Buffer.from(read.values.buffer).toString("hex"), read.statuses.join("")]);
}
