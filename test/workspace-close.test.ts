import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultPolicy, openWorkspace } from "sluice";
import { expect, test } from "vitest";
import { firstChampion, lateModel, leavesAt, service } from "../examples/trips.ts";
import { fsBlobs } from "../src/backends/fs/fs-blob-store.ts";
import { keyFileSigner } from "../src/backends/fs/key-file-signer.ts";
import { pinnedKeysVerifier } from "../src/backends/fs/pinned-keys-verifier.ts";
import { sqliteMetadata } from "../src/backends/sqlite/sqlite-metadata-store.ts";
import { SqlPredictionLog } from "../src/serving/log/sql-prediction-log.ts";

test("closing a workspace stores what its routers have buffered, and ends them", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sluice-close-"));
  const signer = keyFileSigner({ path: join(folder, "key.pem") });
  const verifier = pinnedKeysVerifier({ keys: { [signer.keyId]: signer.publicKeyPem() } });
  const policy = defaultPolicy({ threshold: { atLeast: 0.7 } });
  const ws = await openWorkspace({ path: folder, policy, signer, verifier });
  await firstChampion(ws);
  await ws.features.materialize(service, { to: leavesAt(3000) });
  const router = await ws.serving.router(lateModel, { unit: ({ trip }) => String(trip) });
  const { predictionId } = await router.predict({ trip: 1, depot: "D0", km: 5 }, { atMs: leavesAt(3000) });
  await ws.close();
  await expect(router.predict({ trip: 2, depot: "D0", km: 5 })).rejects.toMatchObject({ code: "serving/closed" });
  await expect(ws.data.read("trips")).rejects.toMatchObject({ code: "workspace/closed" });

  const metadata = sqliteMetadata({ path: join(folder, "metadata.sqlite") });
  const log = new SqlPredictionLog({ metadata, blobs: fsBlobs({ path: join(folder, "blobs") }) });
  const ids: string[] = [];
  for await (const batch of log.read("late", 0, leavesAt(4000))) ids.push(...batch.ids);
  expect(ids).toEqual([predictionId]);
  await metadata.close();
  await rm(folder, { recursive: true });
});
