/**
 * Nearest vectors by the HNSW graphs of usearch.
 *
 * @module sluice/backends/usearch
 */

export type { UsearchClass, UsearchIndex, UsearchMatches } from "./usearch-class.ts";
export { type UsearchOptions, usearch } from "./usearch.ts";
