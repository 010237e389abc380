import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { DataSource } from "../../contracts/data-source.ts";
import type { IncrementalSource, SourceNews } from "../../contracts/incremental-source.ts";
import type { Table } from "../../table/table.ts";
import { takeRows } from "../../table/take-rows.ts";
import { rowIds } from "../store/source-events.ts";
import { claimMasks, fullMask } from "../store/claim-columns.ts";
import type { KnownIds } from "./known-ids.ts";
import type { PushLog, PushRecord } from "./push-log.ts";

/** The most rows that one version takes from the log. */
const rowsAtOnce = 500_000;

/** What the last answer of a {@link PushedSource} was about. */
export interface PushedNews {
  /** The last position that it speaks of. */
  readonly position: number;
  /** Rows in it. */
  readonly rows: number;
  /** Rows left out, because the dataset, or an earlier push, has their id. */
  readonly repeated: number;
}

/** The push log of a dataset as a source to collect from. Of rows with one id the first that claims it counts, over all of history; before it, rows that no earlier one covers. */
export class PushedSource implements IncrementalSource {
  readonly #log: PushLog;
  readonly #known: KnownIds;
  readonly #definition: DatasetDefinition;
  readonly #id: string;
  readonly #claims: readonly string[];
  #news: PushedNews | undefined;

  /** `claims`: the columns that a row needs a value in to claim its id, as `known` has them. */
  constructor(log: PushLog, known: KnownIds, definition: DatasetDefinition, id: string, claims: readonly string[]) {
    this.#log = log;
    this.#known = known;
    this.#definition = definition;
    this.#id = id;
    this.#claims = claims;
  }

  /** What was answered last; `undefined` where there was nothing new. */
  get news(): PushedNews | undefined {
    return this.#news;
  }

  describe(): { readonly uri: string; readonly kind: string } {
    return { uri: `push:${this.#definition.name}`, kind: "push" };
  }

  async since(cursor: unknown, options: { readonly signal?: AbortSignal } = {}): Promise<SourceNews | undefined> {
    this.#news = undefined;
    const after = typeof cursor === "number" ? cursor : 0;
    // What a process that died had brought into a version, but not yet crossed off.
    if (after > 0) await this.#log.folded(this.#definition.name, after);
    const records = await this.#log.after(this.#definition.name, after, rowsAtOnce);
    const last = records.at(-1);
    if (last === undefined) return undefined;
    const parts = await this.#unknownRows(records, options.signal);
    const rows = parts.reduce((sum, part) => sum + part.rowCount, 0);
    const pushed = records.reduce((sum, { table }) => sum + table.rowCount, 0);
    this.#news = { position: last.position, rows, repeated: pushed - rows };
    const source = rows === 0 ? undefined : tablesSource(this.describe(), last.nulls, parts);
    return { source, cursor: () => last.position };
  }

  async #unknownRows(records: readonly PushRecord[], signal: AbortSignal | undefined): Promise<readonly Table[]> {
    const own = new Set<number>();
    for (const { table } of records) for (const id of rowIds(table, this.#id, this.#definition.name)) own.add(id);
    const known = await this.#known.among(own, signal);
    const parts: Table[] = [];
    const full = fullMask(this.#claims);
    const lacking = new Map<number, readonly bigint[]>();
    for (const id of known) {
      const masks = this.#known.lacking(id);
      if (masks !== undefined) lacking.set(id, masks);
    }
    for (const { table } of records) {
      const rows: number[] = [];
      const maskOf = claimMasks(table, this.#claims);
      rowIds(table, this.#id, this.#definition.name).forEach((id, row) => {
        const masks = lacking.get(id) ?? [];
        const mask = maskOf(row);
        // A row that has what an earlier one of its id has not may be an event where that is none.
        if (known.has(id) && (masks.length === 0 || masks.some((held) => (mask & ~held) === 0n))) return;
        known.add(id);
        if (mask === full) lacking.delete(id);
        else lacking.set(id, [...masks, mask]);
        rows.push(row);
      });
      if (rows.length > 0) parts.push(rows.length === table.rowCount ? table : takeRows(table, Uint32Array.from(rows)));
    }
    return parts;
  }
}

function tablesSource(
  described: { readonly uri: string; readonly kind: string },
  nulls: DataSource["nulls"],
  tables: readonly Table[],
): DataSource {
  return {
    describe: () => described,
    nulls,
    batches: async function* (_columns, { signal } = {}) {
      for (const table of tables) {
        signal?.throwIfAborted();
        yield await Promise.resolve({ table, faults: [] });
      }
    },
    digest: () => Promise.resolve(undefined),
  };
}
