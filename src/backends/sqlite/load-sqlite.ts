import type * as Sqlite from "node:sqlite";
import process from "node:process";
import { SluiceError } from "../../core/errors.ts";

/** Loads the runtime's SQLite. Errors: `optional-dependency/missing` in a runtime without it. */
export async function loadSqlite(): Promise<typeof Sqlite> {
  try {
    return await import("node:sqlite");
  } catch (cause) {
    throw new SluiceError("optional-dependency/missing", {
      found: `no node:sqlite in this runtime, which calls itself Node ${process.versions.node}`,
      expected: "Node 22.18 or newer, or a Deno or Bun that has node:sqlite",
      fix: "Run it on a newer Node, or give the workspace another metadata and online store.",
      cause,
    });
  }
}
