/** How far a long piece of work has come. */
export interface Progress {
  /** What is being done, in a few words. */
  readonly stage: string;
  /** Units done so far. */
  readonly done: number;
  /** Units in all, where that is known. */
  readonly total?: number;
  /** What the units are: rows, steps, bytes. */
  readonly unit: string;
  /** Bytes read so far, where the units are others and that is known. */
  readonly bytes?: number;
}

/** What every long piece of work takes. */
export interface WorkOptions {
  /** Stops the work; the returned promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told from time to time how far the work has come. */
  readonly onProgress?: (progress: Progress) => void;
}
