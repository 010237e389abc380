import assert from "node:assert/strict";
import type { Ref, RefStore } from "../contracts/ref-store.ts";
import { type Digest, digestOf } from "../core/digest.ts";
import type { ContractCase } from "./contract-case.ts";
import { rejectsWith } from "./rejects-with.ts";

/** An empty store of refs, and how to open what another process would have of it. */
export interface RefSubject {
  readonly store: RefStore;
  /** Another handle on the same refs. */
  readonly another: () => RefStore;
}

const [first, second, third] = [digestOf("first"), digestOf("second"), digestOf("third")] as const;

/** What every {@link RefStore} must do. */
export const refContract: readonly ContractCase<RefSubject>[] = [
  {
    name: "a ref is set where there is none, read, moved and deleted",
    run: async ({ store }) => {
      assert.equal(await store.read("datasets/flights"), undefined);
      assert.equal(await store.compareAndSet("datasets/flights", undefined, first), true);
      assert.equal(await store.read("datasets/flights"), first);
      assert.equal(await store.compareAndSet("datasets/flights", first, second), true);
      assert.equal(await store.read("datasets/flights"), second);
      await store.delete("datasets/flights");
      assert.equal(await store.read("datasets/flights"), undefined);
      await store.delete("datasets/flights");
      assert.equal(await store.compareAndSet("datasets/flights", undefined, third), true);
    },
  },
  {
    name: "a ref that stands for something else than expected does not move",
    run: async ({ store }) => {
      assert.equal(await store.compareAndSet("head", first, second), false);
      assert.equal(await store.read("head"), undefined);
      await store.compareAndSet("head", undefined, first);
      for (const expected of [undefined, second, third])
        assert.equal(await store.compareAndSet("head", expected, second), false);
      assert.equal(await store.read("head"), first);
    },
  },
  {
    name: "a ref can move to where it was before, and to where it is",
    run: async ({ store }) => {
      await store.compareAndSet("head", undefined, first);
      for (const [from, to] of [
        [first, second],
        [second, first],
        [first, first],
        [first, third],
      ] as const)
        assert.equal(await store.compareAndSet("head", from, to), true);
      assert.equal(await store.read("head"), third);
    },
  },
  {
    name: "of 8 writers at once exactly one wins each round, and the ref stands for what the winner set",
    run: async ({ store, another }) => {
      const writers = [store, ...Array.from({ length: 7 }, another)];
      let head: Digest | undefined;
      for (let round = 0; round < 10; round++) {
        const wanted = writers.map((_, writer) => digestOf(`${round} by ${writer}`));
        const moved = await Promise.all(
          writers.map((each, writer) => each.compareAndSet("race", head, wanted[writer] ?? first)),
        );
        const winners = wanted.filter((_, writer) => moved[writer]);
        assert.equal(winners.length, 1, `${winners.length} winners in round ${round}`);
        head = winners[0];
        assert.equal(await another().read("race"), head);
      }
    },
  },
  {
    name: "list() names the refs that begin with a string, ordered, with what they stand for",
    run: async ({ store }) => {
      assert.deepEqual(await all(store, ""), []);
      for (const name of ["models/b", "datasets/b", "models/a", "modelsx"])
        await store.compareAndSet(name, undefined, digestOf(name));
      const expected = (...names: string[]): Ref[] => names.map((name) => ({ name, digest: digestOf(name) }));
      assert.deepEqual(await all(store, ""), expected("datasets/b", "models/a", "models/b", "modelsx"));
      assert.deepEqual(await all(store, "models/"), expected("models/a", "models/b"));
      assert.deepEqual(await all(store, "none"), []);
    },
  },
  {
    name: "what is not a name is argument/invalid, for every method",
    run: async ({ store }) => {
      const evil = ["", "/", "/a", "a/", "a//b", "..", "a/../b", ".a", "a b", "a\n", "ä", "a".repeat(513)];
      for (const name of evil) {
        await rejectsWith("argument/invalid", store.read(name));
        await rejectsWith("argument/invalid", store.compareAndSet(name, undefined, first));
        await rejectsWith("argument/invalid", store.delete(name));
      }
      assert.equal(await store.compareAndSet("a".repeat(512), undefined, first), true);
      assert.deepEqual(await all(store, ""), [{ name: "a".repeat(512), digest: first }]);
    },
  },
];

async function all(store: RefStore, start: string): Promise<readonly Ref[]> {
  const found: Ref[] = [];
  for await (const ref of store.list(start)) found.push(ref);
  return found;
}
