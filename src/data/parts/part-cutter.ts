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

/** Characters of text after which a part ends whatever its rows. */
const maxPartText = 33_554_432;

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
    return concatTables(pieces.map((piece) => mapColumns(piece, (c) => (c.tag === "utf8" ? normalColumn(c) : c))));
  }

  /** The row after which the part ends, plus one; `undefined` if it goes on beyond these rows. */
  #cutAfter(hashes: Int32Array, lengths: Float64Array | undefined, from: number): number | undefined {
    let rows = this.#rows;
    let text = this.#text;
    for (let i = from; i < hashes.length; i++) {
      rows++;
      if (lengths !== undefined) text += lengths[i] as number;
      const hash = (hashes[i] as number) >>> 0;
      const ends = rows >= minPartRows && hash < (rows < usualPartRows ? rareEnd : commonEnd);
      if (ends || rows === maxPartRows || text >= maxPartText) return i + 1;
    }
    this.#rows = rows;
    this.#text = text;
    return undefined;
  }
}

/** The characters of text in each row; `undefined` without text columns. */
function textLengths(table: Table): Float64Array | undefined {
  let lengths: Float64Array | undefined;
  for (const column of Object.values(table.columns)) {
    if (column.tag !== "utf8") continue;
    lengths ??= new Float64Array(table.rowCount);
    const entries = Float64Array.from(column.dictionary, (entry) => entry.length);
    const { values, states } = column;
    for (let i = 0; i < lengths.length; i++)
      if (states === undefined || states[i] === 1)
        lengths[i] = (lengths[i] as number) + (entries[values[i] as number] ?? 0);
  }
  return lengths;
}
