import type { DatasetDefinition } from "../../contracts/dataset-definition.ts";
import type { DatasetReader } from "../../contracts/dataset-version.ts";
import type { OfflineStore } from "../../contracts/offline-store.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { concatTables } from "../../table/concat-tables.ts";
import { stableOrder } from "../../table/stable-order.ts";
import type { Table } from "../../table/table.ts";
import { tableFromRows } from "../../table/table-from-rows.ts";
import { takeRows } from "../../table/take-rows.ts";
import type { WindowedPlan } from "./windowed-plan.ts";
import { rowIds } from "./source-events.ts";

/** Dataset versions by dataset name. */
export type SourceVersions = { readonly [dataset: string]: Digest };

/** How many versions of one dataset stay in the offline store when nobody reads them. */
const keptVersions = 2;

/** Whose history it is, its columns, and the one that names its rows. */
type Source = Pick<DatasetDefinition, "name" | "id" | "columns">;

/** A version that this process brought into the offline store. */
interface LoadedVersion {
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

  /** Runs work that reads a version of a dataset: rows in the order of their ids, each id once, where they have one. */
  async reading<R>(source: Source, digest: Digest, options: WorkOptions, work: () => Promise<R>): Promise<R> {
    this.#readers.set(digest, (this.#readers.get(digest) ?? 0) + 1);
    try {
      await this.#load(source, digest, options);
      return await work();
    } finally {
      this.#readers.set(digest, (this.#readers.get(digest) ?? 1) - 1);
      await this.#dropOld(source.name);
    }
  }

  async #load(source: Source, digest: Digest, options: WorkOptions): Promise<void> {
    for (let running = this.#changing.get(digest); running !== undefined; running = this.#changing.get(digest))
      await running;
    await this.#change(digest, async () => {
      const at = this.#loaded.findIndex((version) => version.digest === digest);
      if (at >= 0) this.#loaded.push(...this.#loaded.splice(at, 1));
      if (await this.#offline.has(digest)) return;
      await this.#append(digest, source, options);
      if (at < 0) this.#loaded.push({ dataset: source.name, digest });
    });
  }

  async #append(digest: Digest, source: Source, { signal, onProgress }: WorkOptions): Promise<void> {
    const parts: Table[] = [];
    let done = 0;
    for await (const part of this.#datasets.scan(digest, signal === undefined ? {} : { signal })) {
      signal?.throwIfAborted();
      parts.push(part);
      done += part.rowCount;
      onProgress?.({ stage: "reading history", done, unit: "rows" });
    }
    // A version without rows (all may have been erased) may have no part either.
    const rows = parts.length === 0 ? [tableFromRows([], source.columns)] : inIdOrder(parts, source);
    await this.#offline.append(digest, rows);
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

/**
 * Tables whose rows ascend by id, one after another: as they are where they do already. An id that comes again counts once,
 * its first row, as when rows are pushed.
 */
function inIdOrder(parts: readonly Table[], { name, id }: Source): readonly Table[] {
  if (id === undefined) return parts;
  let last = Number.NEGATIVE_INFINITY;
  for (const part of parts) {
    for (const value of rowIds(part, id, name)) {
      if (value <= last) {
        const whole = concatTables(parts);
        return [takeRows(whole, firstOfEach(rowIds(whole, id, name)))];
      }
      last = value;
    }
  }
  return parts;
}

/** The rows in the order of their ids, of each id the first. */
function firstOfEach(ids: Float64Array): Uint32Array {
  const order = stableOrder(ids);
  return order.filter((row, i) => i === 0 || ids[order[i - 1] ?? 0] !== ids[row]);
}
