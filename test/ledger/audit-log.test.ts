import { createHash } from "node:crypto";
import { join } from "node:path";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { postgresMetadata } from "../../src/backends/postgres/postgres-metadata-store.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { LedgerTables } from "../../src/ledger/ledger-migrations.ts";
import { auditContract } from "../../src/testing/audit-contract.ts";
import { auditSubject } from "../support/audit-subject.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describe("audit contract on SQLite", () => {
  for (const { name, run } of auditContract) {
    test(name, async () => {
      const store = sqliteMetadata({ path: join(temporaryFolder(), "metadata.db") });
      await run(await auditSubject(store));
      await store.close();
    });
  }
});

describePostgres("audit contract on Postgres", (server) => {
  for (const [i, { name, run }] of auditContract.entries()) {
    test(name, async () => {
      const pool = new pg.Pool({ connectionString: server().url });
      await run(await auditSubject(postgresMetadata({ pool, schema: `audit_${i}` })));
      await pool.end();
    });
  }
});

test("the chain can be recomputed from the rows with nothing but SHA-256", async () => {
  const store = sqliteMetadata({ path: join(temporaryFolder(), "metadata.db") });
  const { audit } = await auditSubject(store);
  for (let i = 0; i < 3; i++) {
    await store.write((tx) => audit.append(tx, { kind: "k", subject: "s", actor: "a", body: { z: i, a: [null] } }));
  }
  const rows = await store.sql
    .withTables<LedgerTables>()
    .selectFrom("audit_events")
    .selectAll()
    .orderBy("position")
    .execute();
  expect(rows[1]?.record).toBe(
    '{"actor":"a","body":{"a":[null],"z":1},"index":1,"kind":"k","schema":1,"subject":"s","timeMs":1700000000000}',
  );
  let previous = "0".repeat(64);
  for (const row of rows) {
    previous = createHash("sha256").update(`${previous}\n${row.record}`).digest("hex");
    expect(row.hash).toBe(`sha256:${previous}`);
  }
  await store.close();
});

test("a chain longer than a page verifies, and damage beyond the first page is found; every single edit of the head is found", async () => {
  const store = sqliteMetadata({ path: join(temporaryFolder(), "metadata.db") });
  const { audit, tamper } = await auditSubject(store);
  const events = 4500;
  await store.write(async (tx) => {
    for (let i = 0; i < events; i++) await audit.append(tx, { kind: "k", subject: "s", actor: "actor", body: i });
  });
  expect((await audit.verify()).valid).toBe(true);
  const setHead = (change: Partial<LedgerTables["audit_head"]>): Promise<void> =>
    store.write(async (tx) => {
      await tx.sql.withTables<LedgerTables>().updateTable("audit_head").set(change).execute();
    });
  await setHead({ events: events - 1 });
  expect(await audit.verify()).toMatchObject({ valid: false, firstBroken: events - 1 });
  await setHead({ events: events + 1 });
  expect(await audit.verify()).toMatchObject({ valid: false, firstBroken: events });
  await setHead({ events, hash: `sha256:${"0".repeat(64)}` });
  expect(await audit.verify()).toMatchObject({ valid: false });
  await expect(audit.read({ subject: "s" })).resolves.toHaveLength(events);
  await tamper.edit(4321, ':"actor"', ':"other"');
  expect(await audit.verify()).toMatchObject({ valid: false, firstBroken: 4321 });
  await expect(audit.read({ fromIndex: 4321 })).rejects.toMatchObject({ code: "audit/broken" });
  await tamper.relabel(7, "else");
  await expect(audit.read()).rejects.toMatchObject({ code: "audit/broken" });
  await store.close();
});
