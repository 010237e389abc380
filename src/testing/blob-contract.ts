import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type BlobRef, type BlobStore, putSource } from "../contracts/blob-store.ts";
import { type Digest, digestOf } from "../core/digest.ts";
import { seededRandom } from "../core/random.ts";
import type { ContractCase } from "./contract-case.ts";
import { rejectsWith } from "./rejects-with.ts";

/** What every {@link BlobStore} must do; the subject is an empty store. */
export const blobContract: readonly ContractCase<BlobStore>[] = [
  {
    name: "a blob comes back byte for byte under the SHA-256 of its bytes",
    run: async (store) => {
      for (const size of [0, 1, 255, 65_537, 1_000_003]) {
        const bytes = randomBlob(size);
        const ref = await store.put(bytes);
        assert.deepEqual(ref, { digest: digestOf(bytes), sizeBytes: size });
        assert.deepEqual(new Uint8Array(await store.get(ref.digest)), bytes);
      }
    },
  },
  {
    name: "a range of a blob comes back byte for byte, on an 8-byte boundary",
    run: async (store) => {
      const bytes = randomBlob(100_000);
      const { digest } = await store.put(bytes);
      for (const [from, to] of [
        [0, 100_000],
        [0, 1],
        [17, 70_001],
        [99_999, 100_000],
        [5, 5],
        [100_000, 100_000],
      ] as const) {
        const range = await store.getRange(digest, from, to);
        assert.deepEqual(new Uint8Array(range), bytes.slice(from, to));
        assert.equal(range.byteOffset % 8, 0);
      }
    },
  },
  {
    name: "a range that is none is argument/invalid, one beyond the end blob/corrupt, one of an unknown blob blob/not-found",
    run: async (store) => {
      const { digest } = await store.put(randomBlob(10));
      for (const [from, to] of [
        [-1, 3],
        [4, 3],
        [0.5, 3],
        [0, Number.NaN],
      ] as const) {
        await rejectsWith("argument/invalid", store.getRange(digest, from, to));
      }
      await rejectsWith("blob/corrupt", store.getRange(digest, 0, 11));
      await rejectsWith("blob/corrupt", store.getRange(digest, 11, 11));
      await rejectsWith("blob/not-found", store.getRange(digestOf("never put"), 0, 1));
    },
  },
  {
    name: "changing a returned range changes no stored byte",
    run: async (store) => {
      const { digest } = await store.put(new Uint8Array([1, 2, 3]));
      const range = await store.getRange(digest, 0, 2);
      range[0] = 9;
      assert.deepEqual([...(await store.getRange(digest, 0, 2))], [1, 2]);
    },
  },
  {
    name: "a blob whose bytes are read a part at a time comes back byte for byte; nothing beyond its end is asked for",
    run: async (store) => {
      for (const size of [0, 1, 65_537, 9_000_001]) {
        const bytes = repeatedBlob(size);
        const read = async (from: number, to: number): Promise<Uint8Array> => {
          assert.ok(from >= 0 && from <= to && to <= size, `[${from}, ${to}) of ${size}`);
          return bytes.subarray(from, to);
        };
        const ref = await putSource(store, { sizeBytes: size, read });
        assert.deepEqual(ref, { digest: digestOf(bytes), sizeBytes: size });
        assert.deepEqual(await putSource(store, { sizeBytes: size, read }), ref);
        assert.equal(Buffer.compare(await store.get(ref.digest), bytes), 0);
      }
      assert.equal((await all(store)).length, 4);
    },
  },
  {
    name: "bytes that cannot be read to their end store nothing, and the error is the reader's",
    run: async (store) => {
      const unplugged = new Error("unplugged");
      const read = async (from: number, to: number): Promise<Uint8Array> => {
        if (to > 5_000_000) throw unplugged;
        return repeatedBlob(to - from);
      };
      await assert.rejects(putSource(store, { sizeBytes: 9_000_000, read }), (error) => error === unplugged);
      assert.deepEqual(await all(store), []);
    },
  },
  {
    name: "putting the same bytes again changes nothing",
    run: async (store) => {
      const first = await store.put(randomBlob(1000));
      assert.deepEqual(await store.put(randomBlob(1000)), first);
      assert.deepEqual(await all(store), [first]);
    },
  },
  {
    name: "the same bytes can be put many times at once",
    run: async (store) => {
      const refs = await Promise.all(Array.from({ length: 20 }, () => store.put(randomBlob(5000))));
      assert.equal(new Set(refs.map((ref) => ref.digest)).size, 1);
      assert.equal((await store.get(refs[0]?.digest ?? digestOf(""))).length, 5000);
      assert.equal((await all(store)).length, 1);
    },
  },
  {
    name: "changing the caller's array, or the returned one, changes no stored byte",
    run: async (store) => {
      const bytes = new Uint8Array([1, 2, 3]);
      const { digest } = await store.put(bytes);
      bytes[0] = 9;
      const read = await store.get(digest);
      read[1] = 9;
      assert.deepEqual([...(await store.get(digest))], [1, 2, 3]);
    },
  },
  {
    name: "an unknown digest is blob/not-found, has() says false, delete() does nothing",
    run: async (store) => {
      const digest = digestOf("never put");
      await rejectsWith("blob/not-found", store.get(digest));
      assert.equal(await store.has(digest), false);
      await store.delete(digest);
    },
  },
  {
    name: "a deleted blob is gone and can be put again",
    run: async (store) => {
      const { digest } = await store.put(randomBlob(10));
      assert.equal(await store.has(digest), true);
      await store.delete(digest);
      assert.equal(await store.has(digest), false);
      await rejectsWith("blob/not-found", store.get(digest));
      await store.put(randomBlob(10));
      assert.equal((await store.get(digest)).length, 10);
    },
  },
  {
    name: "list() tells when a blob was last put; putting it again makes it young",
    run: async (store) => {
      const { digest } = await store.put(randomBlob(100));
      const ageOf = async (): Promise<number> => {
        for await (const blob of store.list()) if (blob.digest === digest) return blob.modifiedAtMs;
        return Number.NaN;
      };
      const first = await ageOf();
      assert.ok(Math.abs(first - Date.now()) < 60_000, `${first} is not about now`);
      // Clocks of some stores tick in seconds.
      await new Promise((resolve) => setTimeout(resolve, 1100));
      await store.put(randomBlob(100));
      assert.ok((await ageOf()) > first, "still as old as before");
    },
  },
  {
    name: "list() names every blob with its size",
    run: async (store) => {
      assert.deepEqual(await all(store), []);
      const refs = [];
      for (const size of [3, 30, 300]) refs.push(await store.put(randomBlob(size)));
      const bySize = (a: BlobRef, b: BlobRef): number => a.sizeBytes - b.sizeBytes;
      assert.deepEqual((await all(store)).toSorted(bySize), refs.toSorted(bySize));
    },
  },
  {
    name: "what is not a digest is blob/path-outside, for every method",
    run: async (store) => {
      const evil = [
        `sha256:../../../../${"a".repeat(52)}`,
        "sha256:",
        "sha256:ABCDEF",
        "../x",
        `sha256:${"a".repeat(63)}/`,
        `sha256:${"a".repeat(64)}\n`,
      ];
      for (const text of evil) {
        const digest = text as Digest;
        await rejectsWith("blob/path-outside", store.get(digest));
        await rejectsWith("blob/path-outside", store.getRange(digest, 0, 1));
        await rejectsWith("blob/path-outside", store.has(digest));
        await rejectsWith("blob/path-outside", store.delete(digest));
      }
    },
  },
];

function randomBlob(size: number): Uint8Array {
  const random = seededRandom(`blob ${size}`);
  return Uint8Array.from({ length: size }, () => random.int(256));
}

/** As {@link randomBlob}, faster for many bytes. */
function repeatedBlob(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  const some = randomBlob(65_537);
  for (let at = 0; at < size; at += some.length) bytes.set(some.subarray(0, size - at), at);
  return bytes;
}

async function all(store: BlobStore): Promise<readonly BlobRef[]> {
  const refs: BlobRef[] = [];
  for await (const { digest, sizeBytes } of store.list()) refs.push({ digest, sizeBytes });
  return refs;
}
