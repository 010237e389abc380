import { DatabaseSync } from "node:sqlite";
import { keep } from "./measure.ts";

/** Durable transactions of one insert by plain `node:sqlite`: what the engine itself costs on this disk, at this moment. */
export interface RawSqlite {
  /** Runs transactions, one after the other. */
  writes(count: number): void;
  /** Reads rows by key. */
  reads(count: number): void;
  close(): void;
}

/** Opens a database as the metadata store does: write-ahead log, full synchronisation. */
export function rawSqlite(path: string): RawSqlite {
  const database = new DatabaseSync(path);
  database.exec("pragma journal_mode = wal; pragma synchronous = full");
  database.exec("create table samples (id text primary key, small integer, amount real, body blob) strict");
  const insert = database.prepare("insert into samples (small, amount, body, id) values (null, null, null, ?)");
  const select = database.prepare("select id from samples where id = ?");
  let written = 0;
  return {
    writes: (count) => {
      for (let i = 0; i < count; i++) {
        database.exec("begin immediate");
        insert.run(`raw-${written++}`);
        database.exec("commit");
      }
    },
    reads: (count) => {
      for (let i = 0; i < count; i++) keep(String(select.get(`raw-${i % written}`)?.["id"]).length);
    },
    close: () => database.close(),
  };
}
