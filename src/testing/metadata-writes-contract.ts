import assert from "node:assert/strict";
import { sql } from "kysely";
import type { MetadataStore } from "../contracts/metadata-store.ts";
import type { ContractCase } from "./contract-case.ts";
import { ids, insert, type MetadataSubject, reading, sampleStage, writing } from "./metadata-subject.ts";
import { rejectsWith } from "./rejects-with.ts";

/** Writes are whole, alone under their lock, and refuse what would hang. */
export const metadataWritesContract: readonly ContractCase<MetadataSubject>[] = [
  {
    name: "a write that rejects leaves nothing, and its own error comes out",
    run: async ({ store }) => {
      await store.migrate([sampleStage]);
      const write = store.write(async (tx) => {
        await insert(tx, "lost");
        throw new RangeError("mine");
      });
      await assert.rejects(write, RangeError);
      assert.deepEqual(await ids(store.sql), []);
      assert.equal(await store.write(async () => "answer"), "answer");
    },
  },
  {
    name: "a write with a failed statement does not commit, even when the error was caught",
    run: async ({ store }) => {
      await store.migrate([sampleStage]);
      const write = store.write(async (tx) => {
        await insert(tx, "same");
        await assert.rejects(insert(tx, "same"));
      });
      await rejectsWith("metadata/failed", write);
      assert.deepEqual(await ids(store.sql), []);
    },
  },
  {
    name: "a write or a read of the store inside a write is metadata/nested-write, at once",
    run: async ({ store, another }) => {
      await store.migrate([sampleStage]);
      await rejectsWith(
        "metadata/nested-write",
        store.write(() => store.write(async () => 1)),
      );
      await rejectsWith(
        "metadata/nested-write",
        store.write(() => ids(store.sql)),
      );
      await rejectsWith(
        "metadata/nested-write",
        store.write(() => store.migrate([sampleStage])),
      );
      const other = another();
      await rejectsWith(
        "metadata/nested-write",
        store.write(() => other.write(async () => 1)),
      );
      await other.close();
      await store.write((tx) => insert(tx, "afterwards"));
      assert.deepEqual(await ids(store.sql), ["afterwards"]);
    },
  },
  {
    name: "what a write started and left behind may use the store once the write is over",
    run: async ({ store }) => {
      await store.migrate([sampleStage]);
      let later: Promise<void> = Promise.resolve();
      let start = (): void => undefined;
      const over = new Promise<void>((resolve) => {
        start = resolve;
      });
      await store.write(async () => {
        later = over.then(() => store.write((tx) => insert(tx, "later")));
      });
      start();
      await later;
      assert.deepEqual(await ids(store.sql), ["later"]);
    },
  },
  {
    name: "a statement on a transaction that is over is refused and changes nothing",
    run: async ({ store }) => {
      await store.migrate([sampleStage]);
      let late = async (): Promise<void> => undefined;
      await store.write(async (tx) => {
        late = () => insert(tx, "late");
      });
      await assert.rejects(late());
      assert.deepEqual(await ids(store.sql), []);
    },
  },
  {
    name: "the handle for reading refuses to write: built, raw, and in a transaction",
    run: async ({ store }) => {
      await store.migrate([sampleStage]);
      await store.write((tx) => insert(tx, "kept"));
      await rejectsWith("metadata/read-only", reading(store).deleteFrom("samples").execute());
      await rejectsWith("metadata/read-only", sql`delete from samples`.execute(store.sql));
      await rejectsWith("metadata/read-only", store.sql.schema.dropTable("samples").execute());
      await rejectsWith(
        "metadata/read-only",
        store.sql.transaction().execute(async () => undefined),
      );
      assert.deepEqual(await ids(store.sql), ["kept"]);
    },
  },
  {
    name: "reading does not wait for a write, and sees nothing of it until it is committed",
    run: async ({ store, another }) => {
      await store.migrate([sampleStage]);
      const other = another();
      const hold = await holding(store, (tx) => insert(tx, "new"));
      assert.deepEqual(await ids(store.sql), []);
      assert.deepEqual(await ids(other.sql), []);
      await hold.release();
      assert.deepEqual(await ids(store.sql), ["new"]);
      assert.deepEqual(await ids(other.sql), ["new"]);
      await other.close();
    },
  },
  {
    name: "under a lock, read-then-append from many writers and two stores leaves no gap and fails for nobody",
    run: async ({ store, another }) => {
      await store.migrate([sampleStage]);
      const other = another();
      const append = (one: MetadataStore): Promise<void> =>
        one.write(async (tx) => {
          await tx.lock("samples");
          await tx.lock("samples");
          const { n } = await writing(tx)
            .selectFrom("samples")
            .select((e) => e.fn.countAll<number>().as("n"))
            .executeTakeFirstOrThrow();
          await insert(tx, `row ${String(n).padStart(3, "0")}`);
        });
      await Promise.all(Array.from({ length: 60 }, (_, i) => append(i % 2 === 0 ? store : other)));
      assert.deepEqual(
        await ids(store.sql),
        Array.from({ length: 60 }, (_, i) => `row ${String(i).padStart(3, "0")}`),
      );
      await other.close();
    },
  },
  {
    name: "waiting for another writer ends at the deadline (metadata/busy) or the abort (metadata/aborted), and hurts no later write",
    run: async ({ store, another }) => {
      await store.migrate([sampleStage]);
      const other = another();
      const hold = await holding(other, (tx) => tx.lock("samples"));
      const locked = (one: MetadataStore, options: Parameters<MetadataStore["write"]>[1]): Promise<void> =>
        one.write(async (tx) => {
          await tx.lock("samples");
          await insert(tx, "never");
        }, options);
      await rejectsWith("metadata/busy", locked(store, { deadlineMs: 50 }));
      const soon = new AbortController();
      const waiting = locked(store, { signal: soon.signal });
      setTimeout(() => soon.abort(), 20);
      await rejectsWith("metadata/aborted", waiting);
      await rejectsWith("metadata/aborted", locked(store, { signal: AbortSignal.abort() }));
      await rejectsWith("argument/invalid", locked(store, { deadlineMs: Number.NaN }));
      await hold.release();
      await store.write((tx) => insert(tx, "then"));
      assert.deepEqual(await ids(store.sql), ["then"]);
      await other.close();
    },
  },
  {
    name: "an abort while a write runs rolls it back",
    run: async ({ store }) => {
      await store.migrate([sampleStage]);
      const stop = new AbortController();
      const write = store.write(
        async (tx) => {
          await insert(tx, "lost");
          stop.abort();
        },
        { signal: stop.signal },
      );
      await rejectsWith("metadata/aborted", write);
      assert.deepEqual(await ids(store.sql), []);
    },
  },
  {
    name: "a closed store is metadata/closed; closing waits for writes, can be repeated, and leaves other stores on the data alone",
    run: async ({ store, another }) => {
      await store.migrate([sampleStage]);
      const other = another();
      const hold = await holding(store, (tx) => insert(tx, "kept"));
      const closing = store.close();
      await hold.release();
      await closing;
      await store.close();
      await rejectsWith(
        "metadata/closed",
        store.write(async () => 1),
      );
      await rejectsWith("metadata/closed", ids(store.sql));
      await other.write((tx) => insert(tx, "more"));
      assert.deepEqual(await ids(other.sql), ["kept", "more"]);
      await other.close();
    },
  },
];

/** A write that has run `work` and stays open until it is released. */
async function holding(
  store: MetadataStore,
  work: Parameters<MetadataStore["write"]>[0],
): Promise<{ release(): Promise<void> }> {
  let open = (): void => undefined;
  let free = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const freed = new Promise<void>((resolve) => {
    free = resolve;
  });
  const write = store.write(async (tx) => {
    await work(tx);
    open();
    await freed;
  });
  await Promise.race([opened, write]);
  return {
    release: async () => {
      free();
      await write;
    },
  };
}
