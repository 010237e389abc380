import pg from "pg";
import { expect, test } from "vitest";
import { memoryBlobs } from "../../src/backends/memory/memory-blob-store.ts";
import { postgresMetadata } from "../../src/backends/postgres/postgres-metadata-store.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import { manualClock } from "../../src/core/clock.ts";
import { ledgerMigrations } from "../../src/ledger/ledger-migrations.ts";
import { SqlAuditLog } from "../../src/ledger/sql-audit-log.ts";
import { SqlChangeFeed } from "../../src/ledger/sql-change-feed.ts";
import { SqlLineageStore } from "../../src/ledger/sql-lineage-store.ts";
import { canary } from "../../src/serving/canary.ts";
import { SqlPredictionLog } from "../../src/serving/log/sql-prediction-log.ts";
import { startState } from "../../src/serving/rollout/rollout-state.ts";
import { RolloutStore } from "../../src/serving/rollout/rollout-store.ts";
import { evidenceOf, SqlRolloutEvidence } from "../../src/serving/rollout/sql-rollout-evidence.ts";
import { servingMigrations } from "../../src/serving/serving-migrations.ts";
import { predictionLogContract } from "../../src/testing/prediction-log-contract.ts";
import { noUnits, unitsDigest } from "../../src/serving/rollout/units-digest.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { signingIn } from "../support/signing.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

describePostgres("serving on Postgres", (server) => {
  const withStore = async (schema: string, run: (metadata: MetadataStore) => Promise<void>): Promise<void> => {
    const pool = new pg.Pool({ connectionString: server().url });
    try {
      const metadata = postgresMetadata({ pool, schema });
      await metadata.migrate([ledgerMigrations, servingMigrations]);
      await run(metadata);
    } finally {
      await pool.end();
    }
  };

  for (const [i, contractCase] of predictionLogContract.entries()) {
    test(`prediction log: ${contractCase.name}`, () =>
      withStore(`log${i}`, (metadata) => contractCase.run(new SqlPredictionLog({ metadata, blobs: memoryBlobs() }))));
  }

  test("a rollout's state is replaced by compare-and-set, with its units, audit and evidence", () =>
    withStore("rollouts", async (metadata) => {
      const clock = manualClock(1_700_000_000_000);
      const audit = new SqlAuditLog({ metadata, clock });
      const ledger = {
        audit,
        lineage: new SqlLineageStore({ metadata, clock }),
        changes: new SqlChangeFeed({ metadata, clock }),
      };
      const parts = { metadata, ledger, clock, ...signingIn(temporaryFolder()) };
      const store = new RolloutStore(parts);
      const state = startState({
        id: "r1",
        model: "m",
        champion: 1,
        challenger: 2,
        plan: canary(),
        salt: "s",
        startedAtMs: 5,
      });
      await store.begin(state, "ann");
      await expect(store.begin({ ...state, id: "r2" }, "ann")).rejects.toMatchObject({
        code: "serving/rollout-active",
      });
      expect(await store.active("m")).toEqual(state);
      const units = Uint32Array.of(1, 4_294_967_295);
      const seen = [{ set: "assigned", units }];
      const next = { ...state, revision: 1, requests: 10, units: unitsDigest(noUnits, seen) };
      expect(await store.replace(next, seen, [])).toBe(true);
      expect(await store.replace(next, [], [])).toBe(false);
      expect(await store.units(next)).toEqual(seen);
      const ended = { ...next, revision: 2, phase: "rolledBack" as const };
      const evidence = evidenceOf(ended);
      const decision = { kind: "rollout.rolledBack", actor: "system", state: ended, evidence };
      expect(await store.replace(ended, [], [decision])).toBe(true);
      expect(await store.active("m")).toBeUndefined();
      expect(await new SqlRolloutEvidence(parts).evidence("m", 2)).toEqual(evidence);
      expect(await audit.verify()).toMatchObject({ valid: true, events: 2 });
    }));
});
