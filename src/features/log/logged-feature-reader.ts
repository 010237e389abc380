import {
  type FeatureInputRow,
  type FeatureReader,
  featureStatus,
  type FeatureVectors,
  type ManyFeatureReader,
  type ManyFeatures,
  type ManyReadOptions,
  type OnlineReadOptions,
} from "../../contracts/feature-reader.ts";
import type { FeatureCell, ServiceDefinition } from "../../contracts/feature-service.ts";
import type { FeatureLog } from "../../contracts/served-vectors.ts";
import type { ColumnType } from "../../core/cell-type.ts";
import type { Clock } from "../../core/clock.ts";
import { type Duration, durationMs } from "../../core/duration.ts";
import type { IdSource } from "../../core/ids.ts";
import { type Logger, silentLogger } from "../../core/logger.ts";
import { requireFraction } from "../../stats/require-argument.ts";
import { denseWidths } from "../store/dense-vectors.ts";
import { entitySample, type InSample } from "./entity-sample.ts";
import { ServedBuffer } from "./served-buffer.ts";

/** How what is served is logged. */
export interface FeatureLogging {
  /** The share of entities whose requests are logged, in [0, 1]; an entity is always logged or never. @default 0.01 */
  readonly rate?: number;
  /** How long what was served is kept. @default "30d" */
  readonly retention?: Duration;
}

/** What a {@link LoggedFeatureReader} is made of. */
export interface LoggedFeatureReaderOptions extends FeatureLogging {
  readonly features: FeatureReader & ManyFeatureReader;
  readonly log: FeatureLog;
  readonly clock: Clock;
  /** Names the batches. */
  readonly ids: IdSource;
  /** Longest time that a row is buffered while storing works. @default "1s" */
  readonly storeAfter?: Duration;
  /** @default silent */
  readonly logger?: Logger;
}

/** Buffered rows that are stored at once. */
const storeRows = 1000;
/** Buffered rows beyond which no more are taken in. */
const fullRows = 20_000;
/** How often old rows are forgotten, at most, milliseconds. */
const forgetEveryMs = 3_600_000;

/**
 * Reads features and logs a sample of what it served, by entity, with T, inputs, service hash, values and statuses: what `skew()` computes
 * again. Rows are stored in the background, many at a time: `kill -9` loses at most those of the last second (`unlogged` says how many);
 * `flush()` and `close()` leave none. Serving never waits for the log: with 20,000 rows unstored, further ones are counted as `dropped`.
 */
export class LoggedFeatureReader implements FeatureReader, ManyFeatureReader {
  readonly #options: LoggedFeatureReaderOptions;
  readonly #rate: number;
  readonly #retentionMs: number;
  readonly #storeAfterMs: number;
  readonly #buffer: ServedBuffer;
  readonly #samples: Map<string, InSample> = new Map();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #forgottenAtMs: number = Number.NEGATIVE_INFINITY;
  #dropped: number = 0;

  constructor(options: LoggedFeatureReaderOptions) {
    this.#options = options;
    this.#rate = requireFraction("rate", options.rate ?? 0.01);
    this.#retentionMs = durationMs(options.retention ?? "30d");
    this.#storeAfterMs = durationMs(options.storeAfter ?? "1s");
    this.#buffer = new ServedBuffer(options.log, options.ids);
  }

  /** Rows that are not in the log yet: what `kill -9` would lose. */
  get unlogged(): number {
    return this.#buffer.rows;
  }

  /** Sampled rows that were not logged, because storing failed for too long. */
  get dropped(): number {
    return this.#dropped;
  }

  async online<In, F>(
    service: ServiceDefinition<string, In, F>,
    input: NoInfer<In>,
    options: OnlineReadOptions = {},
  ): Promise<{ readonly features: F; readonly atMs: number }> {
    const servedAtMs = this.#options.clock.nowMs();
    const read = await this.#options.features.online(service, input, { ...options, atMs: options.atMs ?? servedAtMs });
    const row = input as FeatureInputRow;
    if (this.#sampleOf(service)(row)) this.#addCells(service, row, read.features, { atMs: read.atMs, servedAtMs });
    return read;
  }

  async onlineMany<In, F>(
    service: ServiceDefinition<string, In, F>,
    inputs: readonly NoInfer<In>[],
    options: ManyReadOptions = {},
  ): Promise<ManyFeatures<F>> {
    const servedAtMs = this.#options.clock.nowMs();
    const asked = { ...options, atMs: options.atMs ?? servedAtMs };
    const read = await this.#options.features.onlineMany(service, inputs, asked);
    const isSampled = this.#sampleOf(service);
    for (const [row, input] of (inputs as readonly FeatureInputRow[]).entries()) {
      if (!isSampled(input)) continue;
      this.#addCells(service, input, read.row(row), { atMs: read.atMs[row] ?? servedAtMs, servedAtMs });
    }
    return read;
  }

  async vectors(
    service: ServiceDefinition,
    inputs: readonly FeatureInputRow[],
    options: { readonly atMs?: Float64Array; readonly signal?: AbortSignal } = {},
  ): Promise<FeatureVectors> {
    const servedAtMs = this.#options.clock.nowMs();
    const atMs = options.atMs ?? new Float64Array(inputs.length).fill(servedAtMs);
    const read = await this.#options.features.vectors(service, inputs, { ...options, atMs });
    const isSampled = this.#sampleOf(service);
    const places = placesOf(denseWidths(service));
    for (const [row, input] of inputs.entries()) {
      if (!isSampled(input)) continue;
      const start = row * read.names.length;
      const cell = (at: number): Cell => ({
        value: read.values[start + (places[at] ?? at)] ?? Number.NaN,
        status: read.statuses[start + (places[at] ?? at)] ?? featureStatus.missing,
      });
      this.#add(service, { input, atMs: read.atMs[row] ?? servedAtMs, servedAtMs, predictionId: "", cell });
    }
    return read;
  }

  /** Stores every row served so far; rejects when that fails, and then nothing was dropped. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#buffer.flush();
    const nowMs = this.#options.clock.nowMs();
    if (nowMs - this.#forgottenAtMs < forgetEveryMs) return;
    this.#forgottenAtMs = nowMs;
    await this.#options.log.forget(nowMs - this.#retentionMs);
  }

  /** Stores what is buffered. */
  async close(): Promise<void> {
    await this.flush();
  }

  #addCells(
    service: ServiceDefinition,
    input: FeatureInputRow,
    features: unknown,
    times: { readonly atMs: number; readonly servedAtMs: number },
  ): void {
    const cells = features as { readonly [name: string]: FeatureCell<ColumnType> };
    const cell = (at: number): Cell => numbersOf(cells[service.features[at]?.name ?? ""]);
    this.#add(service, { input, ...times, predictionId: "", cell });
  }

  #add(service: ServiceDefinition, row: Parameters<ServedBuffer["add"]>[1]): void {
    const { rows } = this.#buffer;
    if (rows >= fullRows) {
      if (this.#dropped++ === 0)
        this.#warn("served vectors are dropped from the log: it could not be written for too long");
      return;
    }
    this.#buffer.add(service, row);
    if (rows + 1 === storeRows) this.#storeSoon(0);
    else this.#timer ??= setTimeout(() => void this.#store(), this.#storeAfterMs);
  }

  #storeSoon(afterMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#store(), afterMs);
  }

  async #store(): Promise<void> {
    this.#timer = undefined;
    try {
      await this.flush();
    } catch (error) {
      this.#warn("served vectors could not be logged; it is tried again", error);
      if (this.#timer === undefined) this.#storeSoon(this.#storeAfterMs);
    }
  }

  #warn(message: string, error?: unknown): void {
    const fields = error === undefined ? {} : { error: String(error) };
    (this.#options.logger ?? silentLogger).warn(fields, message);
  }

  #sampleOf(service: ServiceDefinition): InSample {
    const known = this.#samples.get(service.hash);
    if (known !== undefined) return known;
    const made = entitySample(service, this.#rate);
    this.#samples.set(service.hash, made);
    return made;
  }
}

interface Cell {
  readonly value: number;
  readonly status: number;
}

function numbersOf(cell: FeatureCell<ColumnType> | undefined): Cell {
  if (cell === undefined) return { value: Number.NaN, status: featureStatus.missing };
  if (cell.status !== "present") return { value: Number.NaN, status: featureStatus[cell.status] };
  return { value: Number(cell.value), status: featureStatus.present };
}

/** Where each feature begins, side by side in these widths. */
function placesOf(widths: readonly number[]): readonly number[] {
  let next = 0;
  return widths.map((width) => {
    next += width;
    return next - width;
  });
}
