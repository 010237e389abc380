import type { PredictionBatch, PredictionLog } from "../../contracts/prediction-log.ts";
import { Turns } from "../turns.ts";

/** Gathers predictions and stores them many at a time; rows leave it only once they are stored. */
export class PredictionBuffer {
  readonly #log: PredictionLog;
  #batches: PredictionBatch[] = [];
  #rows: number = 0;
  readonly #turns: Turns = new Turns();

  constructor(log: PredictionLog) {
    this.#log = log;
  }

  /** Rows that are not stored yet. */
  get rows(): number {
    return this.#rows;
  }

  /** Takes predictions in. */
  add(batch: PredictionBatch): void {
    if (batch.rows === 0) return;
    this.#batches.push(batch);
    this.#rows += batch.rows;
  }

  /** Stores what is buffered now; rejects when that fails, and then nothing has left the buffer. */
  flush(): Promise<void> {
    return this.#turns.run(() => this.#store());
  }

  async #store(): Promise<void> {
    const taken = this.#batches.length;
    const first = this.#batches[0];
    if (first === undefined) return;
    const whole = taken === 1 ? first : concatPredictions(first, this.#batches.slice(0, taken));
    await this.#log.append(whole);
    this.#batches.splice(0, taken);
    this.#rows -= whole.rows;
  }
}

function concatPredictions(first: PredictionBatch, batches: readonly PredictionBatch[]): PredictionBatch {
  const doubles = (pick: (batch: PredictionBatch) => Float64Array): Float64Array => {
    const parts = batches.map(pick);
    const out = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  };
  const bytes = (pick: (batch: PredictionBatch) => Uint8Array): Uint8Array => {
    const parts = batches.map(pick);
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  };
  return {
    ...first,
    rows: batches.reduce((sum, batch) => sum + batch.rows, 0),
    ids: batches.flatMap((batch) => batch.ids),
    timeMs: doubles((batch) => batch.timeMs),
    version: Int32Array.from(batches.flatMap((batch) => [...batch.version])),
    certificates: Object.assign({}, ...batches.map((batch) => batch.certificates)),
    role: batches.flatMap((batch) => batch.role),
    share: doubles((batch) => batch.share),
    bucket: doubles((batch) => batch.bucket),
    fellBack: bytes((batch) => batch.fellBack),
    features: doubles((batch) => batch.features),
    statuses: bytes((batch) => batch.statuses),
    atMs: doubles((batch) => batch.atMs),
    inputs: batches.flatMap((batch) => batch.inputs),
    outputs: doubles((batch) => batch.outputs),
  };
}
