export { parquetSource, type SqlSourceOptions, sqlSource } from "./duckdb-source.ts";
export { type DuckDbOfflineOptions, duckdbOffline } from "./duckdb-offline-store.ts";
