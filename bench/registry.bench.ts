import { sqliteMetadata } from "../src/backends/sqlite/sqlite-metadata-store.ts";
import { systemClock } from "../src/core/clock.ts";
import { fileAnchor } from "../src/backends/fs/file-anchor.ts";
import { ledgerMigrations } from "../src/ledger/ledger-migrations.ts";
import { SqlAuditLog } from "../src/ledger/sql-audit-log.ts";
import { AuditTrail } from "../src/ledger/trail/audit-trail.ts";
import { signingIn } from "../test/support/signing.ts";
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
import { report } from "./report.ts";

// The registry on SQLite and files: promotions with all their evidence, resolving the champion (verified at every call), and
// verifying the audit chain.

const bench = "registry";

await withFolder(async (folder) => {
  const rows = someFlights(6000);
  let ws = await openLoop(folder);
  await ingestFlights(ws, rows);
  const training = await trainingOf(ws, rows.slice(500, 4000));
  const heldOut = await trainingOf(ws, rows.slice(4000));
  const first = await trainVersion(ws, training, heldOut);
  await toProduction(ws, first.version);
  const promotions: { readonly [to: string]: number[] } = { staging: [], candidate: [] };
  for (let i = 1; i <= 20; i++) {
    const { version } = await trainVersion(ws, training, heldOut, i / 1000);
    for (const to of ["staging", "candidate"] as const) {
      const ms = await onceMs(async () => {
        const result = await ws.registry.promote(version, to, { actor: "ada", reason: "bench" });
        if (result.outcome === "refused") throw new Error(result.reasons.join("; "));
      });
      promotions[to]?.push(ms);
    }
  }
  for (const [to, times] of Object.entries(promotions)) {
    report({ bench, case: `promote to ${to}, p50`, value: quantileOf(times, 0.5), unit: "ms" });
    report({ bench, case: `promote to ${to}, p95`, value: quantileOf(times, 0.95), unit: "ms" });
  }
  const warm = await medianMs(() => ws.registry.champion("delay"), 50);
  report({ bench, case: "resolve the champion, verified, again", value: warm, unit: "ms" });
  report({
    bench,
    case: "look for a new champion (revision)",
    value: await medianMs(() => ws.registry.revision("delay"), 50),
    unit: "ms",
  });
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
