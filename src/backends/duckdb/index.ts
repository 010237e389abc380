export { parquetSource, type SqlSourceOptions, sqlSource } from "./duckdb-source.ts";
