import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";
import { expect, test } from "vitest";
import { postgresMetadata } from "../../src/backends/postgres/postgres-metadata-store.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import { systemClock } from "../../src/core/clock.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { ledgerMigrations } from "../../src/ledger/ledger-migrations.ts";
import { SqlAuditLog } from "../../src/ledger/sql-audit-log.ts";
import { type ScriptChild, startScript } from "../support/child-lines.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const kills = 20;

/** Kills the child at a random moment after its first acknowledged append; answers with the last index it acknowledged. */
async function killed(child: ScriptChild, random: Random): Promise<number> {
  await child.firstLine;
  await wait(random.next() * 40);
  child.process.kill("SIGKILL");
  await child.ended;
  return Number(child.lines.at(-1));
}

/** After each of 20 kills: everything acknowledged is there, at most the one append under way besides, and the chain is whole. */
async function appendAndKill(engine: string, where: string, metadata: MetadataStore): Promise<void> {
  const random = seededRandom(`kill ${engine}`);
  const audit = new SqlAuditLog({ metadata, clock: systemClock });
  await metadata.migrate([ledgerMigrations]);
  for (let kill = 0; kill < kills; kill++) {
    const acknowledged = await killed(
      startScript("append-audit-child.ts", engine, where, "100000", `life-${kill}`),
      random,
    );
    const verdict = await audit.verify();
    expect(verdict).toMatchObject({ valid: true });
    expect(verdict.events).toBeGreaterThan(acknowledged);
    expect(verdict.events).toBeLessThanOrEqual(acknowledged + 2);
    expect((await audit.read({ fromIndex: acknowledged, limit: 1 }))[0]?.actor).toBe(`life-${kill}`);
  }
}

test("kill -9 while appending to SQLite loses nothing that was acknowledged", { timeout: 120_000 }, async () => {
  const path = join(temporaryFolder(), "metadata.db");
  const store = sqliteMetadata({ path });
  await appendAndKill("sqlite", path, store);
  await store.close();
});

describePostgres("kill -9 on Postgres", (server) => {
  test("while appending loses nothing that was acknowledged", { timeout: 120_000 }, async () => {
    const pool = new pg.Pool({ connectionString: server().url });
    await appendAndKill("postgres", server().url, postgresMetadata({ pool, schema: "appended" }));
    await pool.end();
  });
});
