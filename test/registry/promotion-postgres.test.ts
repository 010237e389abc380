import pg from "pg";
import { expect, test } from "vitest";
import { postgresMetadata } from "../../src/backends/postgres/postgres-metadata-store.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { editStore, sql } from "../support/edit-store.ts";
import { makeChampion, openRegistry, passedRollout } from "./registry-fixture.ts";
import { watchedPool } from "../support/watched-pool.ts";

describePostgres("the registry on Postgres", (server) => {
  test("promotes, replaces, rolls back, and refuses an edited alias, as on SQLite", async () => {
    const pool = new pg.Pool({ connectionString: server().url });
    pool.on("error", () => undefined);
    const fixture = await openRegistry({ metadata: postgresMetadata({ pool, schema: "registry_test" }) });
    try {
      const { registry } = fixture;
      const first = await fixture.registerSkill(0.8);
      expect(await fixture.registerSkill(0.8)).toEqual(first);
      await makeChampion(fixture, first);
      const challenger = await fixture.registerSkill(1);
      fixture.others.rollout = passedRollout(2, 1);
      await makeChampion(fixture, challenger);
      expect((await registry.versions("delay")).map((version) => version.stage)).toEqual(["archived", "production"]);
      const back = await registry.rollback("delay", 1, { actor: "ada", reason: "errors rise" });
      expect(back.outcome).toBe("promoted");
      expect(await registry.aliases("delay")).toEqual({ champion: 1, challenger: undefined });
      expect(await fixture.ledger.audit.verify()).toMatchObject({ valid: true });
      await editStore(fixture.metadata, sql`update registry_alias set version = 2`);
      await expect(registry.champion("delay")).rejects.toThrow(/alias "champion" points at 2/);
    } finally {
      await fixture.close();
      await pool.end();
    }
  });

  test("a promotion is eleven ways to the server, one of them while others wait for its locks", async () => {
    const pool = new pg.Pool({ connectionString: server().url });
    pool.on("error", () => undefined);
    const { pool: watched, texts } = watchedPool(pool);
    const fixture = await openRegistry({ metadata: postgresMetadata({ pool: watched, schema: "registry_trips" }) });
    try {
      const request = { actor: "ada", reason: "test" };
      await fixture.registry.promote(await fixture.registerSkill(0.8), "staging", request);
      const version = await fixture.registerSkill(0.9);
      texts.length = 0;
      expect((await fixture.registry.promote(version, "staging", request)).outcome).toBe("promoted");
      expect(texts).toHaveLength(11);
      const locked = texts.findLastIndex((text) => text.includes("pg_advisory_xact_lock"));
      expect(texts[locked], "the log's head is read as the locks are taken").toContain("audit_head");
      expect(texts.slice(locked + 1)).toEqual([expect.stringMatching(/audit_events.*audit_head.*; commit$/)]);
      expect(await fixture.ledger.changes.read()).toHaveLength(4);
      expect(await fixture.ledger.audit.verify()).toMatchObject({ valid: true, events: 7 });
    } finally {
      await fixture.close();
      await pool.end();
    }
  });

  test("two registries promote different candidates at once: exactly one becomes champion", async () => {
    const pool = new pg.Pool({ connectionString: server().url, max: 8 });
    pool.on("error", () => undefined);
    const metadata = postgresMetadata({ pool, schema: "registry_race" });
    const fixture = await openRegistry({ metadata });
    try {
      const { registry } = fixture;
      const request = { actor: "ada", reason: "r" };
      const approval = { approver: "grace", role: "owner", comment: "c" };
      const versions = [
        await fixture.registerSkill(1),
        await fixture.registerSkill(0.99),
        await fixture.registerSkill(0.98),
      ];
      for (const version of versions) {
        await registry.promote(version, "staging", request);
        await registry.approve(version, "candidate", approval);
        await registry.promote(version, "candidate", request);
        await registry.approve(version, "production", approval);
      }
      const results = await Promise.all(versions.map((version) => registry.promote(version, "production", request)));
      expect(results.map((result) => result.outcome).sort()).toEqual(["promoted", "refused", "refused"]);
      expect((await registry.versions("delay")).filter((version) => version.stage === "production")).toHaveLength(1);
      expect(await fixture.ledger.audit.verify()).toMatchObject({ valid: true });
    } finally {
      await fixture.close();
      await pool.end();
    }
  });
});
