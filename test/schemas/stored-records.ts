import { readFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";
import { duckdbOffline } from "../../src/backends/duckdb/duckdb-offline-store.ts";
import { fsBlobs } from "../../src/backends/fs/fs-blob-store.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import { decodeSegment } from "../../src/ledger/segments/segment-codec.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { rowsOf, sql } from "../support/edit-store.ts";

/** A JSON text that a workspace has stored, and where. */
export interface StoredText {
  readonly where: string;
  readonly text: string;
}

/** Every text in every table of a SQLite file that is a JSON object or list, by `table.column`. */
export async function textsInTables(path: string): Promise<readonly StoredText[]> {
  const metadata = sqliteMetadata({ path });
  const found: StoredText[] = [];
  const tables = await rowsOf(metadata, sql`select name from sqlite_master where type = 'table' order by name`);
  for (const { name } of tables) {
    for (const row of await rowsOf(metadata, sql`select * from ${sql.table(String(name))}`)) {
      for (const [column, value] of Object.entries(row)) {
        if (typeof value === "string" && /^[{[]/.test(value)) found.push({ where: `${name}.${column}`, text: value });
      }
    }
  }
  await metadata.close();
  return found;
}

/** The JSON heads of packed blobs by their kind, the blobs that are JSON as a whole, and the digests of all others. */
export async function textsInBlobs(
  path: string,
): Promise<{ readonly texts: readonly StoredText[]; readonly others: readonly string[] }> {
  const blobs = fsBlobs({ path });
  const texts: StoredText[] = [];
  const others: string[] = [];
  for await (const { digest } of blobs.list()) {
    const bytes = await blobs.get(digest);
    const mark = new TextDecoder().decode(bytes.subarray(0, 8));
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const end = new TextDecoder().decode(bytes.subarray(-8));
    if (end === "SLUICEC1") continue; // columns of dataset versions, which their manifests describe
    if (mark === "SLUICEV2") {
      const length = view.getUint32(8, true);
      texts.push({ where: "blob", text: textAt(bytes, bytes.length - length, length) });
    } else if (mark.startsWith("SLOG")) {
      texts.push({ where: "segment", text: textAt(bytes, 12, view.getUint32(8, true)) });
      const { inputs } = decodeSegment(bytes).columns;
      if (Array.isArray(inputs)) texts.push(...inputs.map((text) => ({ where: "inputs", text: String(text) })));
    } else if (mark.startsWith("{")) texts.push({ where: "blob", text: textAt(bytes, 0, bytes.length) });
    else others.push(digest);
  }
  return { texts, others };
}

/** What a DuckDB offline store keeps of the columns of its sources. */
export async function offlineColumns(path: string): Promise<readonly StoredText[]> {
  const store = duckdbOffline({ path });
  const columns = { delay: { tag: "f64", nullable: true }, origin: { tag: "utf8", nullable: false } } as const;
  await store.append("flights", tableFromRows([{ delay: null, origin: "ATL" }], columns));
  await store.close();
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll("select columns from sluice_source")).getRows();
  connection.closeSync();
  instance.closeSync();
  return rows.map(([text]) => ({ where: "sluice_source.columns", text: String(text) }));
}

/** The workspace's own file. */
export function workspaceFile(folder: string): StoredText {
  return { where: "workspace.json", text: readFileSync(`${folder}/workspace.json`, "utf8") };
}

function textAt(bytes: Uint8Array, from: number, length: number): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(from, from + length));
}
