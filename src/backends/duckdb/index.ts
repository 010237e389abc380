/**
 * Parquet and SQL sources and an offline store, on DuckDB.
 *
 * @module sluice/backends/duckdb
 */

export { parquetSource, type SqlSourceOptions, sqlSource } from "./duckdb-source.ts";
export { type DuckDbOfflineOptions, duckdbOffline } from "./duckdb-offline-store.ts";
export { exportedSource } from "./exported-source.ts";
export { queryTable } from "./query-table.ts";
export { exportParquet, type ParquetExportOptions, type VersionReader } from "./parquet-export.ts";
export type { ParquetExport, ParquetExportFile } from "./parquet-manifest.ts";
