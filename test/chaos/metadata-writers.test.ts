import { join } from "node:path";
import pg from "pg";
import { expect, test } from "vitest";
import { postgresMetadata } from "../../src/backends/postgres/postgres-metadata-store.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import { systemClock } from "../../src/core/clock.ts";
import { SqlAuditLog } from "../../src/ledger/sql-audit-log.ts";
import { insert, sampleStage } from "../../src/testing/metadata-subject.ts";
import { startScript } from "../support/child-lines.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const processes = 4;
const appendsEach = 150;

/** Four processes append to one new store from the same moment on, so that their events mix; nobody sees an error and the chain holds every event. */
async function fourProcesses(engine: string, where: string, metadata: MetadataStore): Promise<void> {
  const children = Array.from({ length: processes }, (_, i) =>
    startScript("append-audit-child.ts", engine, where, String(appendsEach), `process-${i}`, "wait"),
  );
  await Promise.all(children.map((child) => child.firstLine));
  for (const child of children) child.start();
  const ends = await Promise.all(children.map((child) => child.ended));
  expect(ends).toEqual(Array.from({ length: processes }, () => ({ code: 0, errors: "" })));
  const indices = children.flatMap((child) => child.lines.slice(1).map(Number));
  const firsts = children.map((child) => Number(child.lines[1]));
  const lasts = children.map((child) => Number(child.lines.at(-1)));
  expect(Math.max(...firsts)).toBeLessThan(Math.min(...lasts));
  expect(indices.toSorted((a, b) => a - b)).toEqual(Array.from({ length: processes * appendsEach }, (_, i) => i));
  const audit = new SqlAuditLog({ metadata, clock: systemClock });
  expect(await audit.verify()).toMatchObject({ valid: true, events: processes * appendsEach });
}

test("four processes write one SQLite file at once: no error, no event lost", async () => {
  const path = join(temporaryFolder(), "metadata.db");
  const store = sqliteMetadata({ path });
  await fourProcesses("sqlite", path, store);
  await store.close();
});

describePostgres("four processes on Postgres", (server) => {
  test("write one store at once: no error, no event lost", async () => {
    const pool = new pg.Pool({ connectionString: server().url });
    await fourProcesses("postgres", server().url, postgresMetadata({ pool, schema: "appended" }));
    await pool.end();
  });
});

/** The longest time between two turns of the event loop while `work` runs, milliseconds. */
async function longestGapMs(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  };
  const timer = setInterval(turn, 1);
  await work();
  turn();
  clearInterval(timer);
  return longest;
}

test("while another process holds the SQLite lock for 300 ms, a waiting process' event loop never stops for 20 ms", async () => {
  const path = join(temporaryFolder(), "metadata.db");
  const store = sqliteMetadata({ path });
  await store.migrate([sampleStage]);
  const gaps: number[] = [];
  for (let i = 0; i < 3; i++) {
    const holder = startScript("hold-lock-child.ts", path);
    await holder.firstLine;
    const startedMs = performance.now();
    gaps.push(await longestGapMs(() => store.write((tx) => insert(tx, `row ${i}`))));
    expect(performance.now() - startedMs).toBeGreaterThan(100);
    expect(await holder.ended).toEqual({ code: 0, errors: "" });
  }
  expect(gaps.toSorted((a, b) => a - b)[1]).toBeLessThan(20);
  await store.close();
});
