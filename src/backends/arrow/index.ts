export { memoryOffline } from "./memory-offline-store.ts";
