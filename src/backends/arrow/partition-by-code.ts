/** Rows with a code, near in memory to those of near codes. */
export interface CodedRows {
  readonly rows: Uint32Array;
  readonly codes: Int32Array;
  readonly times: Float64Array;
  /** The rows whose code shifted right by {@link partitionShift} is `p` are at `[starts[p], starts[p + 1])`. */
  readonly starts: Uint32Array;
}

const mostPartitions = 128;

/** By how many bits a code is shifted to tell its partition: there are at most some hundred partitions. */
export function partitionShift(count: number): number {
  let shift = 0;
  while (count >>> shift > mostPartitions) shift++;
  return shift;
}

/**
 * The rows that have a code (not −1), with the time of each: in some hundred runs of near codes, inside each in their order. What is then
 * looked up or written by code stays within what a processor's cache holds, however many codes there are.
 */
export function partitionByCode(codes: Int32Array, count: number, times: Float64Array): CodedRows {
  const shift = partitionShift(count);
  const starts = new Uint32Array((count >>> shift) + 2);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? -1;
    if (code >= 0) starts[(code >>> shift) + 1] = (starts[(code >>> shift) + 1] ?? 0) + 1;
  }
  for (let p = 1; p < starts.length; p++) starts[p] = (starts[p] ?? 0) + (starts[p - 1] ?? 0);
  const next = starts.slice();
  const coded = starts[starts.length - 1] ?? 0;
  const out = { rows: new Uint32Array(coded), codes: new Int32Array(coded), times: new Float64Array(coded), starts };
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? -1;
    if (code < 0) continue;
    const at = next[code >>> shift] ?? 0;
    next[code >>> shift] = at + 1;
    out.rows[at] = row;
    out.codes[at] = code;
    out.times[at] = times[row] ?? 0;
  }
  return out;
}
