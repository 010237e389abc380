import type { DatasetReader } from "../../contracts/dataset-version.ts";
import type { Digest } from "../../core/digest.ts";
import type { Table } from "../../table/table.ts";
import { claimMasks, fullMask } from "../store/claim-columns.ts";
import { hexOf, isAppendedTo } from "../store/rows-to-load.ts";
import { rowIds } from "../store/source-events.ts";

/** The most ids that are kept in memory (8 bytes each); of a larger dataset every look-up reads the id column. */
const mostKept = 8_000_000;
/** Runs of ids, beyond which they become one: an id is looked for in each. */
const mostRuns = 16;

/** The ids of a version's rows in sorted runs, together no more than {@link mostKept}. */
interface KeptIds {
  readonly version: Digest;
  readonly rows: number;
  readonly runs: readonly Float64Array[];
}

/**
 * The ids that the newest version of a dataset has. The first look-up reads the id column; later ones only that of the rows that were appended
 * since, unless the history was rewritten.
 */
export class KnownIds {
  readonly #datasets: DatasetReader;
  readonly #dataset: string;
  readonly #id: string;
  readonly #claims: readonly string[];
  #kept: KeptIds | undefined;
  /** Of ids without a row that has a value in all columns of `claims`: which of them its rows have, a bit each. */
  #lacking = new Map<number, readonly bigint[]>();

  /** `claims`: the columns that a row needs a value in to claim its id. */
  constructor(datasets: DatasetReader, dataset: string, id: string, claims: readonly string[] = []) {
    this.#datasets = datasets;
    this.#dataset = dataset;
    this.#id = id;
    this.#claims = claims;
  }

  /** What rows have that do not claim an id that the last look-up found: masks of columns. `undefined` where a row claims it. */
  lacking(id: number): readonly bigint[] | undefined {
    return this.#lacking.get(id);
  }

  /** Those of some ids that the newest version has. */
  async among(ids: ReadonlySet<number>, signal: AbortSignal | undefined): Promise<Set<number>> {
    const found = new Set<number>();
    const head = await this.#datasets.head(this.#dataset);
    if (head === undefined) return found;
    const kept = await this.#reachable(head.digest);
    for (const run of kept?.runs ?? []) for (const id of ids) if (has(run, id)) found.add(id);
    const rows = kept?.rows ?? 0;
    const added: Float64Array[] = [];
    if (kept === undefined) this.#lacking = new Map();
    const options = {
      columns: [this.#id, ...this.#claims],
      fromRow: rows,
      ...(signal === undefined ? {} : { signal }),
    };
    const keeps = head.rows <= mostKept;
    if (kept?.version !== head.digest) {
      for await (const part of this.#datasets.scan(head.digest, options)) {
        const own = rowIds(part, this.#id, this.#dataset);
        for (const id of own) if (ids.has(id)) found.add(id);
        this.#noteLacking(part, own);
        if (keeps) added.push(own);
      }
    }
    const runs = added.length === 0 ? (kept?.runs ?? []) : [...(kept?.runs ?? []), sorted(added)];
    this.#kept = keeps
      ? { version: head.digest, rows: head.rows, runs: runs.length > mostRuns ? [sorted(runs)] : runs }
      : undefined;
    return found;
  }

  #noteLacking(part: Table, ids: Float64Array): void {
    if (this.#claims.length === 0) return;
    const maskOf = claimMasks(part, this.#claims);
    const full = fullMask(this.#claims);
    // Rows after the first of an id are there only where the first lacked something.
    for (let row = 0; row < ids.length; row++) {
      const id = ids[row] ?? Number.NaN;
      const mask = maskOf(row);
      if (mask === full) this.#lacking.delete(id);
      else this.#lacking.set(id, [...(this.#lacking.get(id) ?? []), mask]);
    }
  }

  /** What is kept, where a version was made from it by appending. */
  async #reachable(version: Digest): Promise<KeptIds | undefined> {
    const kept = this.#kept;
    if (kept === undefined || kept.version === version) return kept;
    return (await isAppendedTo(this.#datasets, version, hexOf(kept.version))) ? kept : undefined;
  }
}

function sorted(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all.sort();
}

/** Whether a sorted run holds an id; 0 and −0 are one. */
function has(run: Float64Array, id: number): boolean {
  let low = 0;
  let high = run.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((run[middle] ?? 0) < id) low = middle + 1;
    else high = middle;
  }
  return run[low] === id;
}
