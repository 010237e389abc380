import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CellTag } from "../../core/cell-type.ts";
import { type Digest, isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { duckDbError } from "./duckdb-session.ts";

/** A file of an export. */
export interface ParquetExportFile {
  /** Its name in the folder. */
  readonly path: string;
  readonly rows: number;
  readonly sizeBytes: number;
  /** Of the file's bytes. */
  readonly digest: Digest;
}

/** What an export's `manifest.json` says. */
export interface ParquetExport {
  readonly schema: 1;
  readonly dataset: string;
  /** The exported version. */
  readonly version: Digest;
  readonly schemaDigest: Digest;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly tag: CellTag; readonly absent: boolean }[];
  readonly files: readonly ParquetExportFile[];
}

/** The name of an export's manifest. */
export const manifestName: "manifest.json" = "manifest.json";

/** The column that says where a column's nulls are absent cells. */
export function absentName(name: string): string {
  return `${name}__absent`;
}

/** The manifest of an exported folder. Errors: `io/failed`, `data/malformed-source`; `data/invalid-path` for a file that lies elsewhere. */
export async function readExport(folder: string): Promise<ParquetExport> {
  const path = join(folder, manifestName);
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw duckDbError(asIo(error), path);
  });
  const manifest = parsed(text);
  if (manifest?.schema === 1 && isDigest(manifest.version) && Array.isArray(manifest.files)) {
    for (const file of manifest.files) requirePlainName(file.path, path);
    return manifest;
  }
  throw new SluiceError("data/malformed-source", {
    found: `no manifest of format 1 in ${path}`,
    expected: "a folder that exportParquet wrote",
    fix: "Export the version again.",
  });
}

/** An export's files lie side by side: a manifest that came from elsewhere must not name others of this machine. */
function requirePlainName(name: unknown, manifest: string): void {
  if (typeof name === "string" && /^[^/\\:\0]+$/.test(name) && !/^[. ]*$/.test(name)) return;
  throw new SluiceError("data/invalid-path", {
    found: `the file ${JSON.stringify(name)} in ${manifest}`,
    expected: "names of files in the manifest's own folder",
    fix: "Don't trust this export: exportParquet did not write it. Export the version again.",
  });
}

function parsed(text: string): ParquetExport | undefined {
  try {
    const value: ParquetExport | null = JSON.parse(text);
    return value ?? undefined;
  } catch {
    return undefined; // the caller says what it found
  }
}

/** A file system error as DuckDB words its own. */
export function asIo(error: unknown): unknown {
  return error instanceof Error && "code" in error && "syscall" in error
    ? new Error(`IO Error: ${error.message}`, { cause: error })
    : error;
}
