import type { DatasetReader } from "../../contracts/dataset-version.ts";
import type { OfflineStore } from "../../contracts/offline-store.ts";
import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { WorkOptions } from "../../core/progress.ts";
import { concatTables } from "../../table/concat-tables.ts";
import { stableOrder } from "../../table/stable-order.ts";
import type { Table } from "../../table/table.ts";
import { takeRows } from "../../table/take-rows.ts";
import type { WindowedPlan } from "./service-plan.ts";
import { rowIds } from "./source-events.ts";

/** Dataset versions by dataset name. */
export type SourceVersions = { readonly [dataset: string]: Digest };

/** Brings dataset versions into the offline store, each once, under its digest. */
export class SourceHistory {
  readonly #datasets: DatasetReader;
  readonly #offline: OfflineStore;
  readonly #loading = new Map<Digest, Promise<void>>();

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

  /** Makes sure that a version is in the offline store; rows in the order of their ids, each id once, where they have one. */
  async load(digest: Digest, id: string | undefined, options: WorkOptions = {}): Promise<void> {
    const running = this.#loading.get(digest);
    if (running !== undefined) return await running;
    const loading = this.#load(digest, id, options).finally(() => this.#loading.delete(digest));
    this.#loading.set(digest, loading);
    await loading;
  }

  async #load(digest: Digest, id: string | undefined, { signal, onProgress }: WorkOptions): Promise<void> {
    if (await this.#offline.has(digest)) return;
    const parts: Table[] = [];
    let done = 0;
    for await (const part of this.#datasets.scan(digest, signal === undefined ? {} : { signal })) {
      signal?.throwIfAborted();
      parts.push(part);
      done += part.rowCount;
      onProgress?.({ stage: "reading history", done, unit: "rows" });
    }
    await this.#offline.append(digest, inIdOrder(parts, id));
  }
}

/**
 * Tables whose rows ascend by id, one after another: as they are where they do already. An id that comes again counts once,
 * its first row, as when rows are pushed.
 */
function inIdOrder(parts: readonly Table[], id: string | undefined): readonly Table[] {
  if (id === undefined) return parts;
  let last = Number.NEGATIVE_INFINITY;
  for (const part of parts) {
    for (const value of rowIds(part, id)) {
      if (value <= last) {
        const whole = concatTables(parts);
        return [takeRows(whole, firstOfEach(rowIds(whole, id)))];
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
