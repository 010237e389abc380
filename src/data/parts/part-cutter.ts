import { cellState, type Column, type JsonColumn, type Utf8Column } from "../../table/column.ts";
import { concatTables } from "../../table/concat-tables.ts";
import { normalColumn } from "../../table/normal-column.ts";
import type { Table } from "../../table/table.ts";
import { mapColumns, sliceRows } from "../../table/take-rows.ts";
import { rowHashes } from "./row-hashes.ts";

/** The fewest rows of a part, the last one aside. */
export const minPartRows: 2048 = 2048;

/** The most rows of a part. */
export const maxPartRows: 32768 = 32_768;

/** From here on a part ends at the next best row: parts of similar length keep changes local. */
const usualPartRows = 6144;

/** One row in 8192 ends a short part, one in 1024 one of the usual length: about 5,900 rows on average. */
const rareEnd = 2 ** 32 / 8192;
const commonEnd = 2 ** 32 / 1024;

/** A part also ends once its longer texts have so many characters beyond the usual ones of a row, however few rows that are. */
const maxPartText = 33_554_432;
const usualRowText = 1024;

/**
 * Cuts a stream of rows into parts where the rows' own content says so: the same rows are cut at the same places in whatever tables they
 * come, and a row that is inserted, changed or removed moves the cuts around it only. The two-level rule for even lengths is that of
 * FastCDC (Xia et al. 2016), with a row's hash in the place of a rolling one.
 */
export class PartCutter {
  readonly #key: readonly string[];
  #pending: Table[] = [];
  #rows = 0;
  #text = 0;

  /** @param key - The columns whose content decides. */
  constructor(key: readonly string[]) {
    this.#key = key;
  }

  /** Takes rows; answers the parts that they complete. */
  *push(table: Table): Generator<Table> {
    const hashes = rowHashes(table, this.#key);
    const lengths = textLengths(table);
    let from = 0;
    for (;;) {
      const to = this.#cutAfter(hashes, lengths, from);
      if (to === undefined) break;
      this.#pending.push(sliceRows(table, from, to));
      from = to;
      yield this.#take();
    }
    if (from < table.rowCount) this.#pending.push(from === 0 ? table : sliceRows(table, from, table.rowCount));
  }

  /** The rows that are left, as the last part; `undefined` if there are none. */
  finish(): Table | undefined {
    return this.#pending.length === 0 ? undefined : this.#take();
  }

  #take(): Table {
    const pieces = this.#pending;
    this.#pending = [];
    this.#rows = 0;
    this.#text = 0;
    const [only] = pieces;
    if (only !== undefined && pieces.length === 1) return only;
    // A slice has its whole table's dictionary: reduced to what it uses before dictionaries are joined.
    return concatTables(pieces.map((piece) => mapColumns(piece, (c) => (isText(c) ? normalColumn(c) : c))));
  }

  /** The row after which the part ends, plus one; `undefined` if it goes on beyond these rows. */
  #cutAfter(hashes: Int32Array, lengths: Float64Array | undefined, from: number): number | undefined {
    const before = this.#rows - from;
    const first = lengths === undefined ? Math.max(from, minPartRows - 1 - before) : from;
    for (let i = first; i < hashes.length; i++) {
      const rows = before + i + 1;
      if (lengths !== undefined) this.#text += lengths[i] as number;
      const hash = (hashes[i] as number) >>> 0;
      const ends = rows >= minPartRows && hash < (rows < usualPartRows ? rareEnd : commonEnd);
      if (ends || rows === maxPartRows || this.#text >= maxPartText) return i + 1;
    }
    this.#rows = before + hashes.length;
    return undefined;
  }
}

/** The characters of each row's text beyond the usual; `undefined` where no row can have more. */
function textLengths(table: Table): Float64Array | undefined {
  const texts = Object.values(table.columns).filter(isText);
  const longest = texts.map(({ dictionary }) => dictionary.reduce((most, entry) => Math.max(most, entry.length), 0));
  if (longest.reduce((sum, length) => sum + length, 0) <= usualRowText) return undefined;
  const lengths = new Float64Array(table.rowCount).fill(-usualRowText);
  for (const { dictionary, values, states } of texts)
    for (let i = 0; i < lengths.length; i++)
      if (states === undefined || states[i] === cellState.present)
        lengths[i] = (lengths[i] as number) + (dictionary[values[i] as number] ?? "").length;
  return lengths.map((length) => Math.max(0, length));
}

function isText(column: Column): column is Utf8Column | JsonColumn {
  return column.tag === "utf8" || column.tag === "json";
}
