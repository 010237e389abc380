import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";
import { pinnedKeysVerifier } from "../../src/backends/fs/pinned-keys-verifier.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import { manualClock } from "../../src/core/clock.ts";
import { typedEvents } from "../../src/core/events.ts";
import { uuidV7Ids } from "../../src/core/ids.ts";
import { definedChecks } from "../../src/data/versions/gate-rows.ts";
import { placesIn, placesOf } from "../../src/features/log/entity-places.ts";
import { DefinitionLog } from "../../src/features/store/definition-log.ts";
import type { FeaturesTables } from "../../src/features/store/features-migrations.ts";
import { SqlAuditLog } from "../../src/ledger/sql-audit-log.ts";
import { SqlChangeFeed } from "../../src/ledger/sql-change-feed.ts";
import { SqlLineageStore } from "../../src/ledger/sql-lineage-store.ts";
import { PipelineRunner } from "../../src/training/pipelines/pipeline-runner.ts";
import { type Digest, isDigest } from "../../src/core/digest.ts";
import { isSluiceError } from "../../src/core/errors.ts";
import { dataset, openWorkspace, rowsSource } from "../../src/index.ts";
import type { Workspace } from "../../src/workspace.ts";
import { liveThroughEverything } from "../schemas/busy-workspace.ts";
import { editStore, rowsOf, sql } from "../support/edit-store.ts";
import * as loop from "../support/small-loop.ts";
import { tablesOf } from "../support/table-edits.ts";

/** Columns whose texts are signed or hashed, so that they are compared before they are parsed: other attacks here are about them. */
const comparedFirst =
  /^(?:audit_checkpoints|audit_events|monitoring_alert|monitoring_monitor|registry_.*|serving_rollout.*)\./;

/** Read when a step of a pipeline runs again, as its run's own output is. */
const notRead = "training_step_cache.output";

let folder: string;
let ws: Workspace;
let metadata: MetadataStore;
let runner: PipelineRunner;

beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/sluice-json-`);
  await liveThroughEverything(folder);
  const [old, signer] = ["key", "next"].map((name) => keyFileSigner({ path: `${folder}/${name}.pem` }));
  if (old === undefined || signer === undefined) throw new Error("two keys expected");
  const keys = { [old.keyId]: old.publicKeyPem(), [signer.keyId]: signer.publicKeyPem() };
  const verifier = pinnedKeysVerifier({ keys });
  const clock = manualClock(loop.startMs + 300 * 86_400_000);
  ws = await openWorkspace({ path: `${folder}/workspace`, signer, verifier, clock });
  metadata = sqliteMetadata({ path: `${folder}/workspace/metadata.sqlite` });
  const on = { metadata, clock };
  const ledger = { audit: new SqlAuditLog(on), lineage: new SqlLineageStore(on), changes: new SqlChangeFeed(on) };
  runner = new PipelineRunner({ ...on, ledger, ids: uuidV7Ids(clock), events: typedEvents() });
}, 120_000);
afterAll(async () => {
  await metadata.close();
  await ws.close();
  rmSync(folder, { recursive: true, force: true });
});

const otherFlights = dataset("flights", {
  schema: z.object({ flight: z.number(), at: z.date() }),
  eventTime: "at",
  id: "flight",
});

/** What reads the tables, each by itself. */
const readers: readonly (() => Promise<unknown>)[] = [
  () => ws.verifyAudit(),
  () => ws.audit(),
  async () => {
    for (const { index, personal } of await ws.audit.search({ kind: "host.decided" }).then(({ records }) => records))
      if (personal !== undefined) await ws.audit.personal(index);
  },
  () => ws.changes(),
  () => ws.data.log("flights"),
  () => ws.data.metrics("flights"),
  () => ws.data.ingest(otherFlights, rowsSource([{ flight: 1, at: new Date(0) }])),
  () => definedChecks(metadata, "flights", undefined),
  () => loop.ingestFlights(ws, loop.someFlights(6000)),
  () => placesIn(metadata.sql.withTables<FeaturesTables>(), "flights"),
  async () => {
    for (const service of await services()) await placesOf(metadata.sql.withTables<FeaturesTables>(), service);
  },
  async () => {
    const log = new DefinitionLog(metadata);
    for (const service of await services())
      for (const { hash } of (await log.views(service)) ?? []) await log.meaning(hash);
  },
  () => ws.features.catalog(),
  () => ws.features.collect(),
  () => ws.features.materialize(loop.service, { to: loop.startMs }),
  async () => {
    for (const { ref } of await ws.experiments.runs("delay")) await ws.experiments.params(ref.id);
  },
  async () => {
    for (const { id } of await rowsOf(metadata, sql`select id from training_pipeline_run`)) {
      await ws.pipelines.wait(String(id));
      await runner.record(String(id));
    }
  },
  () => ws.registry.champion("delay"),
  () => ws.monitoring.status(),
  () => ws.monitoring.evaluate(),
];

async function services(): Promise<readonly Digest[]> {
  const rows = await rowsOf(metadata, sql`select distinct service from feature_service_view`);
  return rows.map(({ service }) => String(service)).filter(isDigest);
}

/** What all readers answer that fail. */
async function failures(): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (const read of readers) await read().catch((error: unknown) => found.push(error));
  return found;
}

/** The same while all texts of a column are damaged. */
async function failuresWith(table: string, column: string, damage: string): Promise<readonly unknown[]> {
  const [of, cell] = [sql.table(table), sql.ref(column)];
  const before = await rowsOf(metadata, sql`select rowid as id, ${cell} as cell from ${of}`);
  await editStore(metadata, sql`update ${of} set ${cell} = ${damage} where ${cell} is not null`);
  const found = await failures();
  const undo = before.map(({ id, cell: text }) => sql`update ${of} set ${cell} = ${text} where rowid = ${id}`);
  await editStore(metadata, ...undo);
  return found;
}

/** The columns of a store in which every text is JSON. */
async function jsonColumns(): Promise<readonly { readonly table: string; readonly column: string }[]> {
  const found: { table: string; column: string }[] = [];
  for (const table of await tablesOf(metadata)) {
    const rows = await rowsOf(metadata, sql`select * from ${sql.table(table)}`);
    for (const column of Object.keys(rows[0] ?? {})) {
      const texts = rows.map((row) => row[column]).filter((cell) => typeof cell === "string");
      if (texts.length > 0 && texts.every(isJson)) found.push({ table, column });
    }
  }
  return found;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test("129 JSON of any column damaged by SQL is refused by table and row, or as what it was signed to be; never a bare error of JavaScript", {
  timeout: 300_000,
}, async () => {
  const usual = ["definition/conflict", "argument/invalid", "features/not-kept"];
  const codes = (errors: readonly unknown[]): string[] =>
    errors.map((error) => (isSluiceError(error) ? error.code : String(error)));
  expect(codes(await failures())).toEqual(usual);
  const columns = await jsonColumns();
  expect(columns.length).toBeGreaterThan(25);
  const wrong: string[] = [];
  for (const { table, column } of columns) {
    for (const damage of [`{"half`, "null", "{}"]) {
      const place = `${table}.${column}: ${damage}`;
      const found = await failuresWith(table, column, damage);
      wrong.push(...found.filter((error) => !isSluiceError(error)).map((error) => `${place}: ${String(error)}`));
      const corrupt = found.filter((error) => isSluiceError(error, "metadata/corrupt")).join("\n");
      const isNamed = corrupt.includes(`of the table ${table};`) || comparedFirst.test(place);
      if (damage === `{"half` && !isNamed && !place.startsWith(notRead)) wrong.push(`${place}: nobody names it`);
    }
  }
  expect(wrong).toEqual([]);
});
