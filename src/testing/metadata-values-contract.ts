import assert from "node:assert/strict";
import { sql } from "kysely";
import type { ContractCase } from "./contract-case.ts";
import { ids, insert, type MetadataSubject, reading, sampleStage, writing } from "./metadata-subject.ts";
import { rejectsWith } from "./rejects-with.ts";

const doubles = [0.1, -1.5, 1e308, 5e-324, 2 ** 53, 1_700_000_000_123, 1 / 3, -123_456_789.25];

/** Values mean the same in every {@link MetadataSubject}: what goes in comes out, or is refused. */
export const metadataValuesContract: readonly ContractCase<MetadataSubject>[] = [
  {
    name: "text, integers, doubles, bytes and null come back as they went in",
    run: async ({ store }) => {
      await store.migrate([sampleStage]);
      const body = Uint8Array.from({ length: 256 }, (_, i) => i);
      const text = "é\u{1F600} 'quoted' \"double\" \\ % \n end";
      await store.write(async (tx) => {
        await insert(tx, text, { small: -2_147_483_648, body });
        await insert(tx, "empty", { small: 0, body: new Uint8Array(0) });
        for (const [i, amount] of doubles.entries()) await insert(tx, `double ${i}`, { amount });
      });
      const rows = await reading(store).selectFrom("samples").selectAll().execute();
      const byId = new Map(rows.map((row) => [row.id, row]));
      assert.deepEqual(byId.get(text), { id: text, small: -2_147_483_648, amount: null, body });
      assert.deepEqual(byId.get("empty"), { id: "empty", small: 0, amount: null, body: new Uint8Array(0) });
      for (const [i, amount] of doubles.entries())
        assert.ok(Object.is(byId.get(`double ${i}`)?.amount, amount), String(amount));
    },
  },
  {
    name: "minus zero comes back as zero",
    run: async ({ store }) => {
      await store.migrate([sampleStage]);
      await store.write((tx) => insert(tx, "zero", { amount: -0 }));
      const row = await reading(store).selectFrom("samples").select("amount").executeTakeFirstOrThrow();
      assert.ok(Object.is(row.amount, 0));
    },
  },
  {
    name: "NaN, infinities, NUL, lone surrogates, booleans, bigints, undefined, dates and objects are metadata/invalid-value",
    run: async ({ store }) => {
      await store.migrate([sampleStage]);
      const bad = [Number.NaN, Infinity, -Infinity, "a\0b", "\ud800", true, 7n, undefined, new Date(0), { a: 1 }, [1]];
      for (const value of bad) {
        const write = store.write(async (tx) => {
          await insert(tx, "good");
          await sql`insert into samples (id, amount) values ('bad', ${value})`.execute(tx.sql);
        });
        await rejectsWith("metadata/invalid-value", write);
        await rejectsWith("metadata/invalid-value", sql`select ${value}`.execute(store.sql));
      }
      assert.deepEqual(await ids(store.sql), []);
    },
  },
  {
    name: "counts, sums and averages come back as numbers, conditions as 0 or 1",
    run: async ({ store }) => {
      await store.migrate([sampleStage]);
      await store.write(async (tx) => {
        for (let i = 0; i < 5; i++) await insert(tx, `row ${i}`, { small: i, amount: i / 2 });
      });
      const query = sql`select count(*) as n, sum(small) as total, sum(amount) as amount, max(small) as top, avg(small) as mean, count(*) > 3 as many from samples`;
      const result = await query.execute(store.sql);
      assert.deepEqual(result.rows, [{ n: 5, total: 10, amount: 5, top: 4, mean: 2, many: 1 }]);
    },
  },
  {
    name: "text is ordered and compared by code point",
    run: async ({ store }) => {
      await store.migrate([sampleStage]);
      const ordered = ["", " ", "A-b", "AB", "Aa", "B", "Z", "_", "a", "b", "é", "\uffee", "\u{1F600}"];
      await store.write(async (tx) => {
        for (const id of ordered.toReversed()) await insert(tx, id);
      });
      assert.deepEqual(await ids(store.sql), ordered);
      const after = await reading(store)
        .selectFrom("samples")
        .select("id")
        .where("id", ">", "Z")
        .orderBy("id")
        .execute();
      assert.deepEqual(
        after.map((row) => row.id),
        ordered.slice(7),
      );
    },
  },
  {
    name: "a value of the wrong type for its column is refused",
    run: async ({ store }) => {
      await store.migrate([sampleStage]);
      await rejectsWith(
        "metadata/failed",
        store.write((tx) => insert(tx, "fraction", { small: 1.5 })),
      );
      const text = store.write(async (tx) => {
        await sql`insert into samples (id, amount) values ('text', ${"abc"})`.execute(tx.sql);
      });
      await rejectsWith("metadata/failed", text);
      assert.deepEqual(await ids(store.sql), []);
    },
  },
  {
    name: "upserts, returning and affected rows work alike",
    run: async ({ store }) => {
      await store.migrate([sampleStage]);
      await store.write(async (tx) => {
        await insert(tx, "a", { small: 1 });
        const upsert = writing(tx)
          .insertInto("samples")
          .values({ id: "a", small: 2, amount: null, body: null })
          .onConflict((conflict) => conflict.column("id").doUpdateSet({ small: 2 }))
          .returning(["id", "small"]);
        assert.deepEqual(await upsert.execute(), [{ id: "a", small: 2 }]);
        const skipped = await writing(tx)
          .insertInto("samples")
          .values({ id: "a", small: 3, amount: null, body: null })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst();
        assert.equal(Number(skipped.numInsertedOrUpdatedRows), 0);
        const updated = await writing(tx)
          .updateTable("samples")
          .set({ small: 4 })
          .where("small", "=", 2)
          .executeTakeFirst();
        assert.equal(Number(updated.numUpdatedRows), 1);
        const deleted = await writing(tx).deleteFrom("samples").where("small", "=", 99).executeTakeFirst();
        assert.equal(Number(deleted.numDeletedRows), 0);
      });
      const rows = await reading(store).selectFrom("samples").select(["id", "small"]).execute();
      assert.deepEqual(rows, [{ id: "a", small: 4 }]);
    },
  },
  {
    name: "a streamed select gives every row",
    run: async ({ store }) => {
      await store.migrate([sampleStage]);
      await store.write(async (tx) => {
        for (let i = 0; i < 25; i++) await insert(tx, `row ${i}`, { small: i });
      });
      const seen: (number | null)[] = [];
      for await (const row of reading(store).selectFrom("samples").select("small").orderBy("small").stream(10))
        seen.push(row.small);
      assert.deepEqual(
        seen,
        Array.from({ length: 25 }, (_, i) => i),
      );
    },
  },
];
