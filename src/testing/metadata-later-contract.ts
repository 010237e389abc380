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
    name: "every text, number and bytes that are put off until the commit, or looked for as locks are taken, are the same as stored",
    run: async ({ store }) => {
      await store.migrate([sampleStage]);
      const samples = awkwardTexts.map((id, at) => ({
        id,
        small: at,
        amount: awkwardNumbers[at % awkwardNumbers.length] ?? 0,
        body: Uint8Array.from({ length: at }, (_, byte) => 256 - at + byte),
      }));
      await store.write((tx) => tx.later(writing(tx).insertInto("samples").values(samples).compile()));
      const stored = await store.sql
        .withTables<SampleTables>()
        .selectFrom("samples")
        .selectAll()
        .orderBy("small")
        .execute();
      assert.deepEqual(stored, samples);
      const large = { id: "large", small: 0, amount: 0, body: new Uint8Array(100_000).fill(7) };
      await store.write((tx) => tx.later(writing(tx).insertInto("samples").values(large).compile()));
      const one = store.sql.withTables<SampleTables>().selectFrom("samples").selectAll().where("id", "=", "large");
      assert.deepEqual(await one.execute(), [large]);
      for (const { id, small, amount } of samples) {
        const found = await store.write(async (tx) => {
          const own = writing(tx).selectFrom("samples").select("small");
          return await tx.lockAndRead(["samples"], own.where("id", "=", id).where("amount", "=", amount).compile());
        });
        assert.deepEqual(found, [{ small }]);
      }
    },
  },
  {
    name: "what is read as locks are taken is what they guard: no other who holds them has written since",
    run: async ({ store }) => {
      await store.migrate([sampleStage]);
      const count = 8;
      const add = async (tx: MetadataTransaction): Promise<void> => {
        const sql = writing(tx);
        const newest = sql.selectFrom("samples").select("small").orderBy("small", "desc").limit(1).compile();
        const [last] = await tx.lockAndRead(["before", "samples"], newest);
        const again = await tx.lockAndRead(["samples"], newest);
        assert.deepEqual(again[0], last);
        const small = (last?.small ?? 0) + 1;
        await tx.later(inserted(tx, `id ${small}`, small));
      };
      await Promise.all(Array.from({ length: count }, () => store.write(add)));
      assert.equal((await ids(store.sql)).length, count);
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

const awkwardTexts: readonly string[] = [
  ...[
    "",
    "'",
    "''",
    "\\",
    "\\'",
    "'; commit; --",
    "E'",
    "\\x00",
    "$1",
    "$2 and $10",
    "\n\t\r",
    "é ☃ 😀",
    "%s {0} $$ $a$",
    "null",
  ],
  ...["x".repeat(1000), "'\\".repeat(500)],
];
const awkwardNumbers: readonly number[] = [0, 1, -1.5, 5e-324, -1.7976931348623157e308, 1e21, 0.1, 2 ** 53, 1 / 3];

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
