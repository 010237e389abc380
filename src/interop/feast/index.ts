/**
 * Feast's HTTP protocol: a fetch handler that answers a Feast client from feature services of this library.
 *
 * @module sluice/interop/feast
 */

export { type FeastHandler, feastHandler } from "./feast-handler.ts";
export type { FeastFeatures, FeastOperation, FeastOptions } from "./feast-options.ts";
