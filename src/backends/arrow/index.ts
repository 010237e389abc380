/**
 * Arrow tables in and out, and the offline store in memory.
 *
 * @module sluice/backends/arrow
 */

export { arrowFile } from "./arrow-file.ts";
export { arrowSource, tableFromArrow } from "./arrow-source.ts";
export { memoryOffline } from "./memory-offline-store.ts";
export { tableToArrow } from "./table-to-arrow.ts";
