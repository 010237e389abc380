import type * as DuckDb from "@duckdb/node-api";
import type { DuckDBConnection } from "@duckdb/node-api";
import { isSluiceError, SluiceError } from "../../core/errors.ts";

/** A connection to a DuckDB of its own, in memory. */
export interface DuckDbSession {
  readonly connection: DuckDBConnection;
  close(): void;
}

/** Opens a DuckDB in memory that fetches no extensions. Errors: `optional-dependency/missing`. */
export async function openDuckDb(): Promise<DuckDbSession> {
  const { DuckDBInstance } = await loadDuckDb();
  const instance = await DuckDBInstance.create(":memory:", {
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "true",
  });
  const connection = await instance.connect();
  return {
    connection,
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Loads the driver. Errors: `optional-dependency/missing`. */
export async function loadDuckDb(): Promise<typeof DuckDb> {
  try {
    return await import("@duckdb/node-api");
  } catch (cause) {
    throw new SluiceError("optional-dependency/missing", {
      found: "no package @duckdb/node-api that loads here",
      expected: "it, for Parquet files, SQL sources and the DuckDB offline store",
      fix: "Install it: npm install @duckdb/node-api",
      cause,
    });
  }
}

/** The SluiceError for an error of DuckDB, by the kind that DuckDB puts first in its message. */
export function duckDbError(error: unknown, source: string): SluiceError {
  if (isSluiceError(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  const found = `${message.split("\n")[0]} (in ${source})`;
  if (/^(Parser|Binder|Catalog) Error/.test(message)) {
    return new SluiceError("argument/invalid", {
      found,
      expected: "a query that DuckDB can run",
      fix: "Correct the query.",
      cause: error,
    });
  }
  if (/^(IO|HTTP|Permission) Error|No files found/.test(message)) {
    return new SluiceError("io/failed", {
      found,
      expected: "files that this process may read",
      fix: "Check the path and its rights.",
      cause: error,
    });
  }
  if (/^Out of Memory Error/.test(message)) {
    return new SluiceError("io/failed", {
      found,
      expected: "memory, or room to spill to, for the work",
      fix: "Raise the store's memoryLimitMb, or name a spillFolder on a disk with room.",
      cause: error,
    });
  }
  return new SluiceError("data/malformed-source", {
    found,
    expected: "readable data",
    fix: "Check the file with another tool, or write it again.",
    cause: error,
  });
}
