import pg from "pg";
import { expect, test } from "vitest";
import { postgresMetadata } from "../../src/backends/postgres/postgres-metadata-store.ts";
import { verifyInclusion } from "../../src/ledger/trail/audit-proofs.ts";
import { openTrail } from "../support/audit-trail.ts";
import { describePostgres } from "../support/postgres-server.ts";

describePostgres("the audit trail on Postgres", (server) => {
  test("checkpoints, proofs, searching, erasing, dropping and verifying", async () => {
    const pool = new pg.Pool({ connectionString: server().url });
    const metadata = postgresMetadata({ pool, schema: "trail" });
    const { trail, audit, append, clock, verifier } = await openTrail(undefined, metadata);
    const by = { actor: "dpo", reason: "asked for" };
    for (let i = 0; i < 4; i++) {
      clock.advance(60_000);
      const event = { kind: "batch.blocked", subject: "s", actor: "ada", body: i, personal: { who: `person ${i}` } };
      await metadata.write((tx) => audit.append(tx, event));
    }
    await append(300);
    const checkpoint = await trail.checkpoint();
    expect(checkpoint?.body.size).toBe(304);
    expect(
      (await trail.search({ kind: "batch.blocked", actor: "ada", newestFirst: true, limit: 2 })).records,
    ).toMatchObject([{ index: 3 }, { index: 2 }]);
    expect(await trail.erasePersonal([3], by)).toBe(1);
    clock.advance(200 * 86_400_000);
    expect(await trail.retain(by)).toBe(3);
    await trail.checkpoint();
    expect(await trail.verify()).toMatchObject({ valid: true, events: 306, checkpoints: 3, unanchored: 0 });
    expect(await verifyInclusion(await trail.prove(200), verifier)).toMatchObject({ valid: true });
    await metadata.close();
    await pool.end();
  });
});
