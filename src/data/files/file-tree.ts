import type { FileEntry } from "../../contracts/file-source.ts";
import { type Digest, digestOfJson, isDigest } from "../../core/digest.ts";
import type { ColumnTypes } from "../../core/cell-type.ts";
import { SluiceError } from "../../core/errors.ts";
import { columnOf, type Table } from "../../table/table.ts";
import { tableFromRows } from "../../table/table-from-rows.ts";
import type { CommitTarget } from "../versions/version-writer.ts";

/** A file of a version. */
export interface StoredFile {
  readonly path: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
}

// A version of files is a table of them, one row a file, sorted by path: so branches, diffs and merges (by path) are those of tables.
const columns: ColumnTypes = {
  path: { tag: "utf8", nullable: false },
  digest: { tag: "utf8", nullable: false },
  sizeBytes: { tag: "f64", nullable: false },
};

/** The column that names a file. */
export const pathColumn: "path" = "path";

/** What tells a version of files from one of rows. */
export const filesSchemaDigest: Digest = digestOfJson({ files: Object.keys(columns) });

/** What a dataset's files are committed to. */
export function filesTarget(dataset: string): CommitTarget {
  return { name: dataset, columns, schemaDigest: filesSchemaDigest };
}

/** The files as rows, sorted by path. */
export function filesTable(files: readonly StoredFile[]): Table {
  return tableFromRows(
    byPath(files).map((file) => ({ ...file })),
    columns,
  );
}

/** The files sorted by path. */
export function byPath(files: readonly StoredFile[]): readonly StoredFile[] {
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** The files in rows. */
export function filesIn(table: Table): readonly StoredFile[] {
  if (table.rowCount === 0) return [];
  const path = columnOf(table, "path", "utf8");
  const digest = columnOf(table, "digest", "utf8");
  const sizeBytes = columnOf(table, "sizeBytes", "f64").values;
  return Array.from({ length: table.rowCount }, (_, row) => {
    const found = digest.dictionary[digest.values[row] ?? -1] ?? "";
    const name = path.dictionary[path.values[row] ?? -1] ?? "";
    if (!isDigest(found)) throw noDigest(name, found);
    return { path: name, digest: found, sizeBytes: sizeBytes[row] ?? 0 };
  });
}

/** Refuses what cannot be a version's file on every system. Errors: `data/invalid-path`. */
export function requireFilePaths(entries: readonly Pick<FileEntry, "path" | "kind">[]): void {
  const seen = new Map<string, string>();
  for (const { path, kind } of entries) {
    const fault = kind === "file" ? faultOf(path) : kind === "link" ? "is a link" : "is neither a file nor a folder";
    if (fault !== undefined) throw invalidPath(path, fault, notCommitted);
    const folded = path.normalize("NFC").toLowerCase();
    const other = seen.get(folded);
    if (other === path) throw invalidPath(path, "occurs twice", notCommitted);
    if (other !== undefined)
      throw invalidPath(path, `differs from ${JSON.stringify(other)} only by case or composition`, notCommitted);
    seen.set(folded, path);
  }
}

/**
 * Refuses paths of a version that was not committed by {@link requireFilePaths}'s rules: whoever writes its files to a folder must not be
 * led out of it. Names that differ by case alone pass: older merges brought them together. Errors: `data/invalid-path`.
 */
export function requireStoredPaths(files: readonly StoredFile[], version: string): void {
  const seen = new Set<string>();
  for (const { path } of files) {
    const fault = seen.has(path) ? "occurs twice" : faultOf(path);
    if (fault !== undefined) throw invalidPath(path, `${fault}, in ${version}`, foreignVersion);
    seen.add(path);
  }
}

const notCommitted = "Rename or remove it; nothing was committed.";
const foreignVersion =
  "Don't use this version: it was not written by this library. Commit the files again from where they are.";

function faultOf(path: string): string | undefined {
  if (path === "" || path.length > 1024) return "is empty or longer than 1024 characters";
  if (!path.isWellFormed()) return "holds a lone surrogate";
  for (let i = 0; i < path.length; i++) if (path.charCodeAt(i) < 0x20) return "holds a control character";
  if (path.includes("\\")) return "holds a backslash";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "is absolute";
  // Windows drops dots and spaces at a name's end: there ".. " is "..".
  if (path.split("/").some((segment) => /^[. ]*$/.test(segment))) return 'has an empty segment, "." or ".."';
  return undefined;
}

function noDigest(path: string, found: string): SluiceError {
  return new SluiceError("data/malformed-source", {
    found: `the file ${JSON.stringify(path.slice(0, 200))} with the digest ${JSON.stringify(found.slice(0, 200))}`,
    expected: "sha256: and 64 lower-case hex digits",
    fix: foreignVersion,
  });
}

function invalidPath(path: string, fault: string, fix: string): SluiceError {
  return new SluiceError("data/invalid-path", {
    found: `the file ${JSON.stringify(path.slice(0, 200))}, which ${fault}`,
    expected: 'plain files with relative paths that stay inside their folder, as in "cats/1.png"',
    fix,
  });
}
