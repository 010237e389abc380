import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { DatasetReader } from "../../contracts/dataset-version.ts";
import type { OfflineStore } from "../../contracts/offline-store.ts";
import { type Digest, digestOfJson } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { type Steps, Turns } from "../../core/turns.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { concatTables } from "../../table/concat-tables.ts";
import { stableOrder } from "../../table/stable-order.ts";
import type { Table } from "../../table/table.ts";
import { tableFromRows } from "../../table/table-from-rows.ts";
import { takeRows } from "../../table/take-rows.ts";
import { claimMasks, fullMask } from "./claim-columns.ts";
import type { WindowedPlan } from "./windowed-plan.ts";
import { rowIds } from "./source-events.ts";

/** Dataset versions by dataset name. */
export type SourceVersions = { readonly [dataset: string]: Digest };

/** How many versions of one dataset stay in the offline store when nobody reads them. */
const keptVersions = 2;

/** Whose history it is, its columns, the one that names its rows, and those that a row needs to claim its id. */
export interface HistorySource extends Pick<DatasetDefinition, "name" | "id" | "columns"> {
  readonly claims: readonly string[];
}

/** A version that this process brought into the offline store. */
interface LoadedVersion {
  /** The dataset, and the columns that its rows are told apart by. */
  readonly dataset: string;
  readonly digest: Digest;
}

/**
 * Brings dataset versions into the offline store, each once, under its digest. Of each dataset the two versions used last
 * stay; older ones that were brought in here are dropped when nobody reads them, so that a service that trains on ever newer
 * versions does not grow.
 */
export class SourceHistory {
  readonly #datasets: DatasetReader;
  readonly #offline: OfflineStore;
  /** Loads and drops under way; they resolve whatever comes of them. */
  readonly #changing = new Map<Digest, Promise<void>>();
  /** Versions brought in here, the one used last at the end. */
  readonly #loaded: LoadedVersion[] = [];
  /** How many pieces of work read each version now. */
  readonly #readers = new Map<Digest, number>();

  constructor(datasets: DatasetReader, offline: OfflineStore) {
    this.#datasets = datasets;
    this.#offline = offline;
  }

  /** The versions that views are computed from: those given, else the heads. Errors: `data/version-not-found`. */
  async versions(plans: readonly WindowedPlan[], given: SourceVersions = {}): Promise<SourceVersions> {
    const versions: { [dataset: string]: Digest } = {};
    for (const { body, view } of plans) {
      const name = body.source.name;
      if (versions[name] !== undefined) continue;
      const version = given[name] ?? (await this.#datasets.head(name))?.digest;
      if (version === undefined) {
        throw new SluiceError("data/version-not-found", {
          found: `no version of dataset "${name}", the source of view "${view.name}"`,
          expected: "at least one committed version",
          fix: "Ingest some rows first.",
        });
      }
      versions[name] = version;
    }
    return versions;
  }

  /**
   * Runs work that reads a version of a dataset, under the name that it is given: rows in the order of their ids, each id once, where they have one.
   */
  async reading<R>(
    source: HistorySource,
    version: Digest,
    options: WorkOptions,
    work: (name: Digest) => Promise<R>,
  ): Promise<R> {
    const { claims } = source;
    const name =
      source.id === undefined || claims.length === 0 ? version : digestOfJson({ version, claims: [...claims] });
    this.#readers.set(name, (this.#readers.get(name) ?? 0) + 1);
    try {
      await this.#load(source, version, name, options);
      return await work(name);
    } finally {
      this.#readers.set(name, (this.#readers.get(name) ?? 1) - 1);
      await this.#dropOld(keptAs(source));
    }
  }

  async #load(source: HistorySource, version: Digest, name: Digest, options: WorkOptions): Promise<void> {
    for (let running = this.#changing.get(name); running !== undefined; running = this.#changing.get(name))
      await running;
    await this.#change(name, async () => {
      const at = this.#loaded.findIndex(({ digest }) => digest === name);
      if (at >= 0) this.#loaded.push(...this.#loaded.splice(at, 1));
      if (await this.#offline.has(name)) return;
      await this.#append(version, name, source, options);
      if (at < 0) this.#loaded.push({ dataset: keptAs(source), digest: name });
    });
  }

  async #append(
    version: Digest,
    name: Digest,
    source: HistorySource,
    { signal, onProgress }: WorkOptions,
  ): Promise<void> {
    const turns = new Turns(signal);
    const parts: Table[] = [];
    let done = 0;
    for await (const part of this.#datasets.scan(version, signal === undefined ? {} : { signal })) {
      await turns.take();
      parts.push(part);
      done += part.rowCount;
      onProgress?.({ stage: "reading history", done, unit: "rows" });
    }
    // A version without rows (all may have been erased) may have no part either.
    const rows = parts.length === 0 ? [tableFromRows([], source.columns)] : await turns.run(inIdOrder(parts, source));
    await this.#offline.append(name, rows);
  }

  async #dropOld(dataset: string): Promise<void> {
    const old = this.#loaded.filter((version) => version.dataset === dataset).slice(0, -keptVersions);
    for (const version of old) {
      const at = this.#loaded.indexOf(version);
      if (at < 0 || (this.#readers.get(version.digest) ?? 0) > 0 || this.#changing.has(version.digest)) continue;
      this.#readers.delete(version.digest);
      this.#loaded.splice(at, 1);
      await this.#change(version.digest, async () => await this.#offline.drop(version.digest));
    }
  }

  async #change(digest: Digest, work: () => Promise<void>): Promise<void> {
    const changing = work();
    const settled = changing.then(
      () => undefined,
      () => undefined, // whoever waits for it tries for itself
    );
    this.#changing.set(digest, settled);
    try {
      await changing;
    } finally {
      this.#changing.delete(digest);
    }
  }
}

function keptAs({ name, claims }: HistorySource): string {
  return JSON.stringify([name, claims]);
}

/**
 * Tables whose rows ascend by id, one after another: as they are where they do already. An id that comes again counts once,
 * its first row that claims it, as when rows are pushed.
 */
function* inIdOrder(parts: readonly Table[], { name, id, claims }: HistorySource): Steps<readonly Table[]> {
  if (id === undefined) return parts;
  let last = Number.NEGATIVE_INFINITY;
  for (const part of parts) {
    for (const value of rowIds(part, id, name)) {
      if (value <= last) {
        const whole = concatTables(parts);
        yield;
        const first = firstOfEach(rowIds(whole, id, name), whole, claims);
        yield;
        return [takeRows(whole, first)];
      }
      last = value;
    }
    yield;
  }
  return parts;
}

/** The rows in the order of their ids, of each id the first that claims it; where none does, the first. */
function firstOfEach(ids: Float64Array, rows: Table, claims: readonly string[]): Uint32Array {
  const maskOf = claimMasks(rows, claims);
  const full = fullMask(claims);
  const kept: number[] = [];
  let last = Number.NaN;
  for (const row of stableOrder(ids)) {
    const id = ids[row] ?? Number.NaN;
    const held = kept.at(-1) ?? 0;
    if (id !== last) kept.push(row);
    else if (maskOf(held) !== full && maskOf(row) === full) kept[kept.length - 1] = row;
    last = id;
  }
  return Uint32Array.from(kept);
}
