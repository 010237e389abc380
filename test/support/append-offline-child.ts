// Appends a big source to a DuckDB offline store; says when it begins, and when it is done.
import { duckdbOffline } from "../../src/backends/duckdb/duckdb-offline-store.ts";
import { makeTable } from "../../src/table/table.ts";

const store = duckdbOffline({ path: process.argv[2] ?? "" });
const part = (first: number) =>
  makeTable({ v: { tag: "f64", values: Float64Array.from({ length: 20_000 }, (_, i) => first + i) } });
await store.append("small", part(0));
process.stdout.write("appending\n");
await store.append(
  "big",
  Array.from({ length: 20 }, (_, i) => part(i * 20_000)),
);
process.stdout.write("done\n");
await store.close();
