import pg from "pg";
import { expect, test } from "vitest";
import { postgresMetadata } from "../../src/backends/postgres/postgres-metadata-store.ts";
import { s3Blobs } from "../../src/backends/s3/s3-blob-store.ts";
import { originCertified } from "../../src/registry/gates/origin-certified.ts";
import { verifyBundle } from "../../src/registry/transfer/bundle.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { describeS3 } from "../support/s3-server.ts";
import { makeChampion, openRegistry } from "./registry-fixture.ts";

describePostgres("from SQLite and files", (postgres) => {
  describeS3("to Postgres and S3, and back", (s3) => {
    test("a version arrives, is promoted, leaves again with both origins' proof, and arrives", async () => {
      const by = { actor: "linus", reason: "between houses" };
      const origin = await openRegistry();
      const pool = new pg.Pool({ connectionString: postgres().url });
      pool.on("error", () => undefined);
      const blobs = s3Blobs({ client: s3().client(), bucket: await s3().bucket("transfer") });
      const metadata = postgresMetadata({ pool, schema: "transfer_test" });
      const { keyId } = origin.options.signer;
      const policy = {
        name: "imports",
        transitions: { staging: { approvals: 0, gates: [originCertified({ keys: [keyId] })] } },
      };
      const other = await openRegistry({ metadata, blobs, policy });
      const back = await openRegistry();
      try {
        await makeChampion(origin, await origin.registerSkill(0.8));
        const left = await origin.registry.export({ name: "delay", version: 1 }, by);
        const arrived = await other.registry.import(left, { trust: origin.options.verifier, ...by });
        expect(arrived).toMatchObject({ stage: "registered", origin: { keyId, stage: "production" } });
        expect((await other.registry.promote(arrived, "staging", by)).outcome).toBe("promoted");
        const { artifact, version } = await other.registry.certified("delay", 1, 0);
        expect(artifact).toEqual((await origin.registry.champion("delay")).artifact);
        expect(version.origin).toEqual(arrived.origin);
        const onwards = await other.registry.export(arrived, by);
        expect(await verifyBundle(onwards, other.options.verifier)).toMatchObject({ valid: true });
        expect(await verifyBundle(onwards, origin.options.verifier)).toMatchObject({ valid: false, part: "bundle" });
        const home = await back.registry.import(onwards, { trust: other.options.verifier, ...by });
        expect(home.origin).toMatchObject({ keyId: other.options.signer.keyId, stage: "staging", author: "linus" });
        expect(home.artifactDigest).toBe(arrived.artifactDigest);
        expect(await other.ledger.audit.verify()).toMatchObject({ valid: true });
      } finally {
        await Promise.all([origin.close(), other.close(), back.close()]);
        await pool.end();
      }
    });
  });
});
