import type { FeatureInputRow } from "../../contracts/feature-reader.ts";
import type { ServiceDefinition } from "../../contracts/feature-service.ts";
import type { FeatureLog, ServedVectors } from "../../contracts/served-vectors.ts";
import type { IdSource } from "../../core/ids.ts";
import { inputToJson } from "../../ledger/segments/feature-input-json.ts";
import { loggedFeatures } from "./logged-features.ts";

/** A served row: its cells in the order of the logged features. */
export interface ServedRow {
  readonly input: FeatureInputRow;
  readonly atMs: number;
  readonly servedAtMs: number;
  readonly predictionId: string;
  /** Its cell `at` among all features of the service. */
  readonly cell: (at: number) => { readonly value: number; readonly status: number };
}

interface Pending {
  readonly batch: string;
  readonly service: ServedVectors["service"];
  readonly features: ReturnType<typeof loggedFeatures>;
  readonly values: number[];
  readonly statuses: number[];
  readonly atMs: number[];
  readonly servedAtMs: number[];
  readonly inputs: string[];
  readonly predictionIds: string[];
}

/** Gathers served rows by service and stores them many at a time; rows leave it only once they are stored. */
export class ServedBuffer {
  readonly #log: FeatureLog;
  readonly #ids: IdSource;
  #pending: Map<string, Pending> = new Map();
  /** Taken out to be stored. */
  readonly #storing: Set<Pending> = new Set();
  #last: Promise<void> = Promise.resolve();

  constructor(log: FeatureLog, ids: IdSource) {
    this.#log = log;
    this.#ids = ids;
  }

  /** Rows that are not stored yet. */
  get rows(): number {
    return [...this.#pending.values(), ...this.#storing].reduce((sum, { atMs }) => sum + atMs.length, 0);
  }

  /** Takes a row in. */
  add(service: ServiceDefinition, row: ServedRow): void {
    const pending = this.#pendingOf(service);
    for (const { at } of pending.features) {
      const { value, status } = row.cell(at);
      pending.values.push(value);
      pending.statuses.push(status);
    }
    pending.atMs.push(row.atMs);
    pending.servedAtMs.push(row.servedAtMs);
    pending.inputs.push(inputToJson(row.input));
    pending.predictionIds.push(row.predictionId);
  }

  /** Stores what is buffered now; rejects when that fails, and then nothing has left the buffer. */
  flush(): Promise<void> {
    const flushed = this.#last.then(async () => await this.#store());
    this.#last = flushed.catch(() => undefined); // whoever flushes next tries for itself
    return flushed;
  }

  async #store(): Promise<void> {
    for (const pending of this.#pending.values()) this.#storing.add(pending);
    this.#pending = new Map();
    for (const pending of this.#storing) {
      await this.#log.append(servedOf(pending), pending.batch);
      this.#storing.delete(pending);
    }
  }

  #pendingOf(service: ServiceDefinition): Pending {
    const known = this.#pending.get(service.hash);
    if (known !== undefined) return known;
    const { name, hash } = service;
    const empty = { values: [], statuses: [], atMs: [], servedAtMs: [], inputs: [], predictionIds: [] };
    const made = { batch: this.#ids(), service: { name, hash }, features: loggedFeatures(service), ...empty };
    this.#pending.set(hash, made);
    return made;
  }
}

function servedOf({
  service,
  features,
  values,
  statuses,
  atMs,
  servedAtMs,
  inputs,
  predictionIds,
}: Pending): ServedVectors {
  return {
    service,
    rows: atMs.length,
    names: features.map(({ feature }) => feature.name),
    values: Float64Array.from(values),
    statuses: Uint8Array.from(statuses),
    atMs: Float64Array.from(atMs),
    servedAtMs: Float64Array.from(servedAtMs),
    inputs,
    predictionIds,
  };
}
