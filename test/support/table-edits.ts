import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import type { Random } from "../../src/core/random.ts";
import { editStore, rowsOf, sql } from "./edit-store.ts";

/** One edit of a table past every stage, and how it is undone. */
export interface TableEdit {
  readonly table: string;
  /** The column that is edited; `delete` and `insert` for a whole row. */
  readonly what: string;
  apply(): Promise<void>;
  undo(): Promise<void>;
}

type Row = Readonly<Record<string, string | number | Uint8Array | null>>;

/** The tables of a SQLite store. */
export async function tablesOf(metadata: MetadataStore): Promise<readonly string[]> {
  const rows = await rowsOf(metadata, sql`select name from sqlite_master where type = 'table' order by name`);
  return rows.map(({ name }) => String(name)).filter((name) => !name.startsWith("sqlite_"));
}

/** Edits of each column of some rows of a table, the deletion of each of these rows, and a row more like it. */
export async function editsOf(
  metadata: MetadataStore,
  table: string,
  random: Random,
  rowsAtMost: number,
): Promise<readonly TableEdit[]> {
  const columns = await rowsOf(metadata, sql`select name, pk, type from pragma_table_info(${table})`);
  const keys = columns.filter(({ pk }) => Number(pk) > 0).map(({ name }) => String(name));
  // A whole number that alone is the key is the row's own number: to edit it moves the row.
  const isNumber =
    keys.length === 1 && columns.some(({ pk, type }) => Number(pk) > 0 && /^integer$/i.test(String(type)));
  const number = isNumber ? keys[0] : undefined;
  const all: readonly Row[] = await rowsOf(metadata, sql`select rowid as rowid_, * from ${sql.table(table)}`);
  const chosen = new Set([0, all.length - 1, ...Array.from({ length: rowsAtMost }, () => random.int(all.length || 1))]);
  const rows = [...chosen]
    .slice(0, rowsAtMost)
    .flatMap((at): readonly Row[] => (all[at] === undefined ? [] : [all[at]]));
  return rows.flatMap(({ rowid_: id, ...row }): readonly TableEdit[] => {
    const set = (column: string, value: unknown, at: unknown): Promise<void> =>
      editStore(metadata, sql`update ${sql.table(table)} set ${sql.ref(column)} = ${value} where rowid = ${at}`);
    const add = (values: Row): Promise<void> => {
      const names = sql.join(Object.keys(values).map((name) => sql.ref(name)));
      return editStore(
        metadata,
        sql`insert into ${sql.table(table)} (${names}) values (${sql.join(Object.values(values))})`,
      );
    };
    const remove = (where: string, value: unknown): Promise<void> =>
      editStore(metadata, sql`delete from ${sql.table(table)} where ${sql.raw(where)} = ${value}`);
    const more = Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, keys.includes(name) ? other(value) : value]),
    );
    const edits = Object.entries(row).map(([column, value]) => ({
      table,
      what: column,
      apply: () => set(column, other(value), id),
      undo: () => set(column, value, column === number ? other(id) : id),
    }));
    return [
      ...edits,
      {
        table,
        what: "delete",
        apply: () => remove("rowid", id),
        undo: () => add(number === undefined ? { rowid: id ?? null, ...row } : row),
      },
      {
        table,
        what: "insert",
        apply: () => add({ ...more, [number ?? "rowid"]: newRow }),
        undo: () => remove("rowid", newRow),
      },
    ];
  });
}

/** The number of a row that is added. */
const newRow = 1_000_000_000;

/** Another value of the same kind: one character, number or byte more or less. */
function other(value: Row[string] | undefined): Row[string] {
  if (value === null || value === undefined) return "x";
  if (typeof value === "number") return value + 1;
  if (typeof value !== "string") return Uint8Array.from(value, (byte, i) => (i === 0 ? byte ^ 1 : byte));
  const at = value.length >> 1;
  return `${value.slice(0, at)}${value[at] === "7" ? "8" : "7"}${value.slice(at + 1)}`;
}
