import assert from "node:assert/strict";
import type { CompiledQuery } from "kysely";
import type { MetadataTransaction, StageMigrations } from "../contracts/metadata-store.ts";
import type { ContractCase } from "./contract-case.ts";
import { ids, type MetadataSubject, type SampleTables, sampleStage, writing } from "./metadata-subject.ts";
import { rejectsWith } from "./rejects-with.ts";

/** Writes that are put off are done in their order, all of them or none. */
export const metadataLaterContract: readonly ContractCase<MetadataSubject>[] = [
  {
    name: "writes that are put off are done in their order: before the next statement, and before the commit",
    run: async ({ store }) => {
      await store.migrate([sampleStage]);
      const seen = await store.write(async (tx) => {
        await tx.later(inserted(tx, "b", 1));
        await tx.later(inserted(tx, "a", 2));
        await tx.later(writing(tx).updateTable("samples").set({ small: 7 }).where("id", "=", "a").compile());
        const rows = await writing(tx).selectFrom("samples").select(["id", "small"]).orderBy("id").execute();
        await tx.later(inserted(tx, "c", 3));
        await tx.lock("more", "samples");
        await tx.later(writing(tx).deleteFrom("samples").where("id", "=", "b").compile());
        return rows;
      });
      assert.deepEqual(seen, [
        { id: "a", small: 7 },
        { id: "b", small: 1 },
      ]);
      assert.deepEqual(await ids(store.sql), ["a", "c"]);
      await store.write((tx) => tx.later(inserted(tx, "d", 4)));
      assert.deepEqual(await ids(store.sql), ["a", "c", "d"]);
    },
  },
  {
    name: "writes to different tables that are put off are all done, whatever they read",
    run: async ({ store }) => {
      await store.migrate([sampleStage, otherStage]);
      await store.write(async (tx) => {
        const others = tx.sql.withTables<OtherTables & SampleTables>();
        await tx.later(inserted(tx, "first", 1));
        await tx.later(others.insertInto("others").values({ id: "o", note: "it's \\ $1 'quoted'" }).compile());
        await tx.later(others.updateTable("others").set({ note: "never" }).where("id", "=", "none").compile());
        await tx.later(
          others
            .insertInto("samples")
            .values((e) => ({ id: e.selectFrom("others").select("note").where("id", "=", "o"), small: 2 }))
            .compile(),
        );
        await tx.later(others.insertInto("others").values({ id: "p", note: "last" }).compile());
      });
      assert.deepEqual(await ids(store.sql), ["first", "it's \\ $1 'quoted'"]);
      const others = store.sql.withTables<OtherTables>().selectFrom("others").selectAll().orderBy("id");
      assert.deepEqual(await others.execute(), [
        { id: "o", note: "it's \\ $1 'quoted'" },
        { id: "p", note: "last" },
      ]);
    },
  },
  {
    name: "a write that was put off and fails takes the whole transaction with it; what cannot be stored is refused at once",
    run: async ({ store }) => {
      await store.migrate([sampleStage]);
      await rejectsWith(
        "metadata/failed",
        store.write(async (tx) => {
          await tx.later(inserted(tx, "same", 1));
          await tx.later(inserted(tx, "same", 2));
        }),
      );
      await rejectsWith(
        "metadata/failed",
        store.write((tx) => rejectsWith("metadata/invalid-value", tx.later(inserted(tx, "nan", Number.NaN)))),
      );
      assert.deepEqual(await ids(store.sql), []);
    },
  },
];

type OtherTables = { others: { id: string; note: string } };

const otherStage: StageMigrations = {
  stage: "others",
  migrations: [
    {
      name: "001-others",
      up: async (sql, types) => {
        await sql.schema
          .createTable("others")
          .addColumn("id", types.text, (column) => column.primaryKey())
          .addColumn("note", types.text)
          .execute();
      },
    },
  ],
};

function inserted(tx: MetadataTransaction, id: string, small: number): CompiledQuery {
  return writing(tx).insertInto("samples").values({ id, small, amount: null, body: null }).compile();
}
