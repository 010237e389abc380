/**
 * Stores in memory.
 *
 * @module sluice/backends/memory
 */

export { memoryBlobs } from "./memory-blob-store.ts";
export { type MemoryOnlineOptions, type MemoryOnlineStore, memoryOnline } from "./memory-online-store.ts";
export { memoryRefs } from "./memory-ref-store.ts";
export { memoryVectors } from "./memory-vector-store.ts";
