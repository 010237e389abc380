/**
 * Data that DVC versions: `.dvc` files, `dvc.lock`, caches; and the same files written for DVC to read.
 *
 * @module sluice/interop/dvc
 */

export { type DvcAddOptions, dvcAdd } from "./dvc-add.ts";
export { type DvcCache, type DvcCacheOptions, type DvcCacheFile, dvcCache } from "./dvc-cache.ts";
export { type DvcDirEntry, dvcDirBytes, parseDvcDir } from "./dvc-dir.ts";
export { type DvcFile, dvcFileText, parseDvcFile } from "./dvc-file.ts";
export { type DvcLock, type DvcStage, parseDvcLock } from "./dvc-lock.ts";
export type { DvcDep, DvcHash, DvcOut } from "./dvc-out.ts";
export { dvcSource } from "./dvc-source.ts";
