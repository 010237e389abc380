/**
 * Parquet files in plain JavaScript, where DuckDB is not at hand.
 *
 * @module sluice/backends/hyparquet
 */

export { hyparquetFile } from "./hyparquet-file.ts";
