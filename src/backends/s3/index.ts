/**
 * Blobs and refs in S3, or in a server that speaks it, by the host's client.
 *
 * @module sluice/backends/s3
 */

export { type S3BlobOptions, s3Blobs } from "./s3-blob-store.ts";
export type { S3ClientLike } from "./s3-client.ts";
export type { S3Location } from "./s3-location.ts";
export { s3Refs } from "./s3-ref-store.ts";
