export { memoryBlobs } from "./memory-blob-store.ts";
