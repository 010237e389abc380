import assert from "node:assert/strict";
import type { OnlineStore } from "../contracts/online-store.ts";
import type { ContractCase } from "./contract-case.ts";
import { awkwardValues, readTypedEvents, typedEventsOf } from "./online-events.ts";
import { rejectsWith } from "./rejects-with.ts";

/** What a store must keep of values of every kind; each case takes a fresh store. */
export const onlineValueCases: readonly ContractCase<OnlineStore>[] = [
  {
    name: "numbers, 64-bit integers, texts and lists come back as they were: NaN, −0, 2^53 + 1, NUL, the empty text, the empty list, nulls",
    run: async (store) => {
      assert.equal(await store.appendEvents("v", typedEventsOf(awkwardValues)), awkwardValues.length);
      assert.deepEqual(await readTypedEvents(store, "v", 0), awkwardValues);
      assert.deepEqual(await readTypedEvents(store, "v", 3), awkwardValues.slice(3));
      assert.equal(await store.appendEvents("v", typedEventsOf(awkwardValues)), 0);
    },
  },
  {
    name: "values of every kind stay with their events when late ones come between and old ones are trimmed",
    run: async (store) => {
      for (const i of [4, 1, 6, 0, 2, 5, 3])
        await store.appendEvents("v", typedEventsOf(awkwardValues.slice(i, i + 1), i));
      assert.deepEqual(await readTypedEvents(store, "v", 0), awkwardValues);
      await store.trimEvents("v", 2, { keepLatest: false });
      assert.deepEqual(await readTypedEvents(store, "v", 0), awkwardValues.slice(2));
      await store.trimEvents("v", 5.5, { keepLatest: true });
      assert.deepEqual(await readTypedEvents(store, "v", 0), awkwardValues.slice(5));
      await store.appendEvents("v", typedEventsOf(awkwardValues.slice(0, 2)));
      assert.deepEqual(await readTypedEvents(store, "v", 0), [...awkwardValues.slice(0, 2), ...awkwardValues.slice(5)]);
    },
  },
  {
    name: "events belong to the store: changing the batch afterwards changes nothing",
    run: async (store) => {
      const batch = typedEventsOf([[1, 2n, "three", [4, 5]]]);
      await store.appendEvents("v", batch);
      for (const column of batch.values) {
        if (column.kind === "number") column.values.fill(9);
        if (column.kind === "integer") column.values.fill(9n);
        if (column.kind === "numbers") column.values[0]?.fill(9);
      }
      assert.deepEqual(await readTypedEvents(store, "v", 0), [[1, 2n, "three", [4, 5]]]);
    },
  },
  {
    name: "a text with a lone surrogate is refused, with all of its batch; where the event has no value it does not matter",
    run: async (store) => {
      const batch = typedEventsOf([
        [1, 1n, "fine", []],
        [2, 2n, "half \ud83d", []],
      ]);
      await rejectsWith("argument/invalid", store.appendEvents("v", batch));
      assert.deepEqual(await readTypedEvents(store, "v", 0), []);
      const present = batch.present.with(2, Uint8Array.of(1, 0));
      assert.equal(await store.appendEvents("v", { ...batch, present }), 2);
      assert.deepEqual((await readTypedEvents(store, "v", 1))[0], [2, 2n, null, []]);
    },
  },
];
