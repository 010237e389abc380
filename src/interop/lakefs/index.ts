/**
 * lakeFS by its REST API: branches, commits, tags, diffs, merges, objects, and refs to dataset versions kept in it.
 *
 * @module sluice/interop/lakefs
 */

export { type LakeFs, lakeFs } from "./lake-fs.ts";
export type { LakeFsOptions } from "./lake-fs-http.ts";
export { type LakeFsRefs, type LakeFsRefsOptions, lakeFsRefs } from "./lake-fs-refs.ts";
export type { LakeFsChange, LakeFsCommit, LakeFsObject, LakeFsRef } from "./lake-fs-records.ts";
