export { memoryBlobs } from "./memory-blob-store.ts";
export { memoryOnline } from "./memory-online-store.ts";
