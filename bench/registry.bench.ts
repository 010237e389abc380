import { sqliteMetadata } from "../src/backends/sqlite/sqlite-metadata-store.ts";
import { fsBlobs } from "../src/backends/fs/fs-blob-store.ts";
import { BlobArtifactStore } from "../src/ledger/artifacts/blob-artifact-store.ts";
import { systemClock } from "../src/core/clock.ts";
import { fileAnchor } from "../src/backends/fs/file-anchor.ts";
import { ledgerMigrations } from "../src/ledger/ledger-migrations.ts";
import { SqlAuditLog } from "../src/ledger/sql-audit-log.ts";
import { AuditTrail } from "../src/ledger/trail/audit-trail.ts";
import type { ModelVersion } from "../src/contracts/model-version.ts";
import { openRegistry } from "../test/registry/registry-fixture.ts";
import { signingIn } from "../test/support/signing.ts";
import { installedPostgres, startPostgres } from "../test/support/start-postgres.ts";
import {
  delayModel,
  ingestFlights,
  openLoop,
  someFlights,
  toProduction,
  trainingOf,
  trainVersion,
} from "../test/support/small-loop.ts";
import { benchManyVersions } from "./registry/many-versions.ts";
import { bestMs, medianMs, onceMs, quantileOf, withFolder } from "./measure.ts";
import { promotionsPerSecond } from "./registry/promotions-per-second.ts";
import { sixGates } from "./registry/six-gates.ts";
import { report } from "./report.ts";

// The registry on SQLite and files: promotions with all their evidence, alone and from 8 processes (on Postgres too), resolving the champion
// (verified at every call), and verifying the audit chain.

const bench = "registry";

await withFolder(async (folder) => {
  const rows = someFlights(6000);
  let ws = await openLoop(folder);
  await ingestFlights(ws, rows);
  const training = await trainingOf(ws, rows.slice(500, 4000));
  const heldOut = await trainingOf(ws, rows.slice(4000));
  const first = await trainVersion(ws, training, heldOut);
  await toProduction(ws, first.version);
  const artifacts = new BlobArtifactStore({ blobs: fsBlobs({ path: `${folder}/workspace/blobs` }) });
  const champion = (): Promise<unknown> => ws.registry.champion("delay");
  const files = (): Promise<unknown> => artifacts.get(first.version.artifactDigest);
  for (const warmUp of [champion, files]) await medianMs(warmUp, 400);
  const [whole, read] = [await medianMs(champion, 400), await medianMs(files, 400)];
  report({
    bench,
    case: "resolve the champion, everything verified, its files read and hashed",
    value: whole,
    unit: "ms",
  });
  report({ bench, case: "the same, reading and hashing apart", value: whole - read, unit: "ms", atMost: 1 });
  // What a router does while the champion that it has loaded stands.
  const held = await medianMs(() => ws.registry.revision("delay"), 200);
  report({ bench, case: "the champion is still the one that was loaded", value: held, unit: "ms", atMost: 0.2 });
  await ws.close();
  ws = await openLoop(folder);
  const cold = await onceMs(() => ws.registry.champion(delayModel.name));
  report({
    bench,
    case: "resolve the champion, the first call of a workspace (stages loaded)",
    value: cold,
    unit: "ms",
  });
  await ws.close();
});

await withFolder(async (folder) => {
  const { registry, options, clock, ...fixture } = await openRegistry({ folder, keep: true, policy: sixGates });
  const by = { actor: "ada", reason: "bench" };
  const versions: ModelVersion[] = [];
  for (let i = 0; i < 220; i++) versions.push(await fixture.registerSkill(0.9, "ada", i / 1000));
  const promote = (version: ModelVersion): Promise<number> =>
    onceMs(async () => {
      const result = await registry.promote(version, "staging", by);
      if (result.outcome === "refused") throw new Error(result.reasons.join("; "));
    });
  const [first, ...warmUp] = versions.splice(0, 20);
  if (first !== undefined)
    report({ bench, case: "the first promotion of a process", value: await promote(first), unit: "ms" });
  for (const version of warmUp) await promote(version);
  const times: number[] = [];
  const spent = process.cpuUsage();
  for (const version of versions) times.push(await promote(version));
  const { user, system } = process.cpuUsage(spent);
  // As much as the disk itself takes of it: a blob and a commit of one row.
  const disk: number[] = [];
  for (let i = 0; i < 50; i++) {
    disk.push(
      await onceMs(async () => {
        await options.blobs.put(new TextEncoder().encode(`${clock.nowMs()} ${i}`));
        await options.metadata.write((tx) => options.ledger.changes.publish(tx, "bench", { i }));
      }),
    );
  }
  for (const [name, p] of [
    ["p50", 0.5],
    ["p95", 0.95],
  ] as const) {
    const target = name === "p95" ? { atMost: 5 } : {};
    const measured = { value: quantileOf(times, p), baseline: quantileOf(disk, p), unit: "ms" };
    report({ bench, case: `promote with 6 gates and stored evidence, ${name}`, ...measured, ...target });
  }
  report({ bench, case: "CPU of a promotion", value: (user + system) / 1000 / times.length, unit: "ms" });
  await fixture.close();
});

await withFolder(async (folder) => {
  const rate = await promotionsPerSecond({ folder });
  report({ bench, case: "promotions from 8 processes, evidence takes 50 ms, SQLite", ...rate, atLeast: 100 });
});

const postgres = installedPostgres();
if (postgres !== null)
  await withFolder(async (folder) => {
    const server = await startPostgres(postgres);
    try {
      const rate = await promotionsPerSecond({ folder, postgres: { url: server.url, schema: "registry_bench" } });
      report({ bench, case: "promotions from 8 processes, evidence takes 50 ms, Postgres", ...rate, atLeast: 100 });
    } finally {
      await server.stop();
    }
  });

await withFolder(async (folder) => {
  const metadata = sqliteMetadata({ path: `${folder}/metadata.sqlite` });
  await metadata.migrate([ledgerMigrations]);
  const audit = new SqlAuditLog({ metadata, clock: systemClock });
  const events = 100_000;
  for (let from = 0; from < events; from += 5000) {
    await metadata.write(async (tx) => {
      for (let i = from; i < from + 5000; i++)
        await audit.append(tx, {
          kind: "version.promoted",
          subject: `delay@${i}`,
          actor: "ada",
          body: { from: "staging", to: "candidate", i },
        });
    });
  }
  const signing = signingIn(folder);
  const anchors = [fileAnchor({ path: `${folder}/elsewhere/checkpoints.jsonl` })];
  const trail = new AuditTrail({ metadata, clock: systemClock, ...signing, anchors });
  const first = await onceMs(() => trail.checkpoint());
  report({ bench, case: "sign and anchor 100k events, the first checkpoint", value: first, unit: "ms" });
  const ms = await bestMs(async () => {
    const verdict = await trail.verify();
    if (!verdict.valid || verdict.events !== events) throw new Error("an intact chain expected");
  }, 10);
  report({
    bench,
    case: "verify an audit log of 100k events, checkpoints and anchor",
    value: (events * 1000) / ms,
    unit: "events/s",
    atLeast: 200_000,
  });
  const proving = await medianMs(() => trail.prove(54_321), 20);
  report({ bench, case: "prove one decision of 100k", value: proving, unit: "ms" });
  const searching = await medianMs(() => trail.search({ actor: "ada", newestFirst: true }), 20);
  report({ bench, case: "the newest 100 events of an actor, of 100k", value: searching, unit: "ms" });
  await metadata.close();
});

await withFolder(benchManyVersions);
