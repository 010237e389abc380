export { arrowSource, tableFromArrow } from "./arrow-source.ts";
export { memoryOffline } from "./memory-offline-store.ts";
export { tableToArrow } from "./table-to-arrow.ts";
