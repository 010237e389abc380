import type { DataSource, SourceBatch } from "../../contracts/data-source.ts";
import type { IncrementalSource } from "../../contracts/incremental-source.ts";
import type { ColumnTypes } from "../../core/cell-type.ts";
import type { JsonValue } from "../../core/canonical-json.ts";
import { SluiceError } from "../../core/errors.ts";
import { cellState } from "../../table/column.ts";
import type { Table } from "../../table/table.ts";

/** What a {@link watermarkSource} takes. */
export interface WatermarkOptions {
  /** The column whose values increase from row to row that is added: a serial number, the instant at which a row was committed. */
  readonly column: string;
  /** What names the source, in lineage and for its cursor. */
  readonly uri: string;
}

/** The greatest value taken so far. An instant is epoch ms; a 64-bit integer a bigint. */
export type Watermark = number | bigint | string;

/**
 * A source whose new rows are those with a greater value in a column than any that was taken. `open` answers the rows after a watermark
 * (`undefined` = all), for example by `where id > $1`; rows at or below it would be taken twice and are an error.
 *
 * A row that appears later with a smaller or the same value is never taken: choose a column that is set when the row becomes visible, or
 * have `open` leave out the last moments (`and committed_at < now() - interval '1 minute'`).
 *
 * Errors when read: those of the rows' source; `data/missing-column` without the column; `data/malformed-source` for a row that is not
 * after the watermark, or has no value there.
 *
 * @example
 * ```ts
 * import { rowsSource, watermarkSource } from "sluice/data";
 * const log = [{ id: 1 }, { id: 2 }];
 * const source = watermarkSource((after) => rowsSource(log.filter((row) => after === undefined || row.id > Number(after))), {
 *   column: "id",
 *   uri: "log",
 * });
 * const news = await source.since(undefined);
 * for await (const { table } of news?.source?.batches({ id: { tag: "f64", nullable: false } }) ?? []) console.log(table.rowCount);
 * if (JSON.stringify(news?.cursor()) !== '{"tag":"f64","value":"2"}') throw new Error("2 is the greatest");
 * ```
 */
export function watermarkSource(
  open: (after: Watermark | undefined) => DataSource,
  { column, uri }: WatermarkOptions,
): IncrementalSource {
  return {
    describe: () => ({ uri, kind: "watermark" }),
    since: async (cursor) => {
      const after = watermarkOf(cursor);
      const source = open(after);
      let greatest: Greatest | undefined;
      return {
        source: {
          describe: () => ({ ...source.describe(), uri }),
          nulls: source.nulls,
          digest: (options) => source.digest(options),
          batches: async function* (columns, options) {
            greatest = undefined;
            for await (const batch of source.batches(columns, options)) {
              greatest = greatestOf(batch, columns, { column, uri, after, before: greatest });
              yield batch;
            }
          },
        },
        cursor: () =>
          greatest === undefined ? (cursor ?? null) : { tag: greatest.tag, value: String(greatest.value) },
      };
    },
  };
}

interface Greatest {
  readonly tag: string;
  readonly value: Watermark;
}

interface Place {
  readonly column: string;
  readonly uri: string;
  readonly after: Watermark | undefined;
  readonly before: Greatest | undefined;
}

function greatestOf({ table, faults }: SourceBatch, columns: ColumnTypes, place: Place): Greatest | undefined {
  const cells = table.columns[place.column];
  if (cells === undefined) throw missing(table, columns, place);
  if (cells.tag === "bool") throw unusable(place, "booleans");
  const faulty = new Set(faults.map(({ row }) => row));
  let greatest = place.before;
  for (let row = 0; row < table.rowCount; row++) {
    if (cells.states !== undefined && cells.states[row] !== cellState.present) {
      if (faulty.has(row)) continue;
      throw unusable(place, "a row without a value there");
    }
    const cell = cells.values[row] as number | bigint;
    const value = cells.tag === "utf8" ? (cells.dictionary[Number(cell)] as string) : cell;
    if (place.after !== undefined && !(value > place.after))
      throw unusable(place, `${value}, not after ${place.after}`);
    if (greatest === undefined || value > greatest.value) greatest = { tag: cells.tag, value };
  }
  return greatest;
}

function watermarkOf(cursor: JsonValue | undefined): Watermark | undefined {
  if (cursor === undefined || cursor === null || typeof cursor !== "object" || !("tag" in cursor)) return undefined;
  const value = String(cursor["value"]);
  return cursor["tag"] === "utf8" ? value : cursor["tag"] === "i64" ? BigInt(value) : Number(value);
}

function missing(table: Table, columns: ColumnTypes, { column, uri }: Place): SluiceError {
  return new SluiceError("data/missing-column", {
    found: `columns ${Object.keys(table.columns).join(", ")} in ${uri}, of the wanted ${Object.keys(columns).join(", ")}`,
    expected: `the watermark column "${column}"`,
    fix: "Select it, and declare it in the dataset's schema.",
  });
}

function unusable({ column, uri }: Place, found: string): SluiceError {
  return new SluiceError("data/malformed-source", {
    found: `${found} in the watermark column "${column}" of ${uri}`,
    expected: "numbers, instants or text, each greater than the watermark",
    fix: `Answer only rows after the watermark (where ${column} > …), and let the column always have a value.`,
  });
}
