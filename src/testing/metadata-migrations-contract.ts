import assert from "node:assert/strict";
import type { StageMigrations } from "../contracts/metadata-store.ts";
import type { ContractCase } from "./contract-case.ts";
import { ids, type MetadataSubject, type SampleTables, sampleStage } from "./metadata-subject.ts";
import { rejectsWith } from "./rejects-with.ts";

/** A stage whose one migration inserts a row into the cases' table, so that a second run would be seen. */
const noted: StageMigrations = {
  stage: "noted",
  migrations: [
    {
      name: "001-note",
      up: async (sql) => {
        await sql
          .withTables<SampleTables>()
          .insertInto("samples")
          .values({ id: "noted", small: 1, amount: null, body: null })
          .execute();
      },
    },
  ],
};

/** Each stage's migrations run once, all or none, whoever comes first. */
export const metadataMigrationsContract: readonly ContractCase<MetadataSubject>[] = [
  {
    name: "stores that migrate at the same moment apply each migration once",
    run: async ({ store, another }) => {
      const others = Array.from({ length: 5 }, another);
      await Promise.all([store, ...others].map((one) => one.migrate([sampleStage, noted])));
      assert.deepEqual(await ids(store.sql), ["noted"]);
      await Promise.all(others.map((one) => one.close()));
    },
  },
  {
    name: "migrating again does nothing; a stage added later, and a stage's next migration, are applied",
    run: async ({ store, another }) => {
      await store.migrate([sampleStage]);
      await store.migrate([sampleStage]);
      await store.migrate([sampleStage, noted]);
      const next: StageMigrations = {
        stage: sampleStage.stage,
        migrations: [...sampleStage.migrations, { name: "002-mark", up: async (sql) => markAll(sql) }],
      };
      const other = another();
      await other.migrate([noted, next]);
      await other.migrate([next]);
      const rows = await store.sql.withTables<SampleTables>().selectFrom("samples").select("small").execute();
      assert.deepEqual(rows, [{ small: 2 }]);
      await other.close();
    },
  },
  {
    name: "a schema newer than this code, or of another history, is metadata/newer-schema and stays as it is",
    run: async ({ store }) => {
      await store.migrate([sampleStage, noted]);
      const older: StageMigrations = { stage: "noted", migrations: [] };
      await rejectsWith("metadata/newer-schema", store.migrate([sampleStage, older]));
      const other: StageMigrations = { stage: "noted", migrations: [{ name: "001-other", up: async () => undefined }] };
      await rejectsWith("metadata/newer-schema", store.migrate([sampleStage, other]));
      assert.deepEqual(await ids(store.sql), ["noted"]);
    },
  },
  {
    name: "a migration that fails leaves nothing of any stage",
    run: async ({ store }) => {
      const failing: StageMigrations = {
        stage: "failing",
        migrations: [
          {
            name: "001-fails",
            up: async () => {
              throw new RangeError("on purpose");
            },
          },
        ],
      };
      await assert.rejects(store.migrate([sampleStage, noted, failing]), RangeError);
      await assert.rejects(ids(store.sql));
      await store.migrate([sampleStage, noted]);
      assert.deepEqual(await ids(store.sql), ["noted"]);
    },
  },
];

async function markAll(sql: Parameters<typeof ids>[0]): Promise<void> {
  await sql
    .withTables<SampleTables>()
    .updateTable("samples")
    .set({ small: (e) => e("small", "+", 1) })
    .execute();
}
