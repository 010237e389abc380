import { type BlobStore, putSource } from "../../src/contracts/blob-store.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import type { OnlineStore } from "../../src/contracts/online-store.ts";
import type { StoreLayers } from "./data-store.ts";

/** Layers that kill this process (SIGKILL) at its `n`-th point. */
export function fatalPoint(n: number): StoreLayers {
  const { layers } = countedPoints((passed) => {
    if (passed === n) process.kill(process.pid, "SIGKILL");
  });
  return layers;
}

/** Layers that count the points passed. */
export function countedPoints(onPoint?: (passed: number) => void): {
  readonly layers: StoreLayers;
  readonly passed: () => number;
} {
  let passed = 0;
  const layers = withPoints(() => {
    passed++;
    onPoint?.(passed);
  });
  return { layers, passed: () => passed };
}

/**
 * Layers with points: before and after each put and each delete of a blob, and before each write transaction, at its end before it is
 * committed, and after it.
 */
function withPoints(point: () => void): StoreLayers {
  return {
    metadata: (store: MetadataStore) => withMetadataPoints(store, point),
    blobs: (store: BlobStore) => ({
      capabilities: store.capabilities,
      get: (digest) => store.get(digest),
      getRange: (digest, from, to) => store.getRange(digest, from, to),
      has: (digest) => store.has(digest),
      list: () => store.list(),
      put: (bytes) => between(() => store.put(bytes)),
      putFrom: (source) => between(() => putSource(store, source)),
      delete: (digest) => between(() => store.delete(digest)),
    }),
  };
  async function between<T>(work: () => Promise<T>): Promise<T> {
    point();
    const done = await work();
    point();
    return done;
  }
}

/** A metadata store with points before each write transaction, at its end before it is committed, and after it. */
export function withMetadataPoints(store: MetadataStore, point: () => void): MetadataStore {
  return {
    capabilities: store.capabilities,
    sql: store.sql,
    migrate: (stages) => store.migrate(stages),
    close: () => store.close(),
    write: async (work, options) => {
      point();
      const result = await store.write(async (tx) => {
        const inside = await work(tx);
        point();
        return inside;
      }, options);
      point();
      return result;
    },
  };
}

/** An online store with points before and after each call that writes. */
export function onlinePoints(store: OnlineStore, point: () => void): OnlineStore {
  const around = async <R>(work: () => Promise<R>): Promise<R> => {
    point();
    const result = await work();
    point();
    return result;
  };
  return {
    ...store,
    writeRows: async (view, rows) => await around(() => store.writeRows(view, rows)),
    appendEvents: async (view, batch) => await around(() => store.appendEvents(view, batch)),
    trimEvents: async (view, beforeMs, trim) => await around(() => store.trimEvents(view, beforeMs, trim)),
  };
}
