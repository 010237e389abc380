/**
 * Metadata, history, online features, nearest vectors and queries on Postgres, by the host's pool.
 *
 * @module sluice/backends/postgres
 */

export { type PostgresMetadataOptions, postgresMetadata } from "./postgres-metadata-store.ts";
export { type PostgresOfflineOptions, postgresOffline } from "./postgres-offline-store.ts";
export { type PostgresOnlineOptions, postgresOnline } from "./postgres-online-store.ts";
export type { PostgresClient, PostgresPool, PostgresResult } from "./postgres-pool.ts";
export { type PostgresQueryOptions, postgresQuery } from "./postgres-query.ts";
export { type PostgresVectorOptions, postgresVectors } from "./postgres-vector-store.ts";
