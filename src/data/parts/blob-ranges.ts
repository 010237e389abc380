import type { BlobStore } from "../../contracts/blob-store.ts";
import { type Digest, digestOf } from "../../core/digest.ts";
import { decompress } from "../../core/platform.ts";
import { SluiceError } from "../../core/errors.ts";
import { placedError } from "./blob-errors.ts";
import type { Compression } from "./pack-writer.ts";

/** Bytes that lie in a blob, and what they are. */
export interface BlobRange {
  /** Of the bytes after decompression. */
  readonly digest: Digest;
  readonly bytes: number;
  readonly blob: Digest;
  readonly offset: number;
  readonly storedBytes: number;
  readonly compression: Compression;
}

/** How many reads run at once. */
const atOnce = 8;

/** Ranges this near to one another are read in one piece. */
const gapBytes = 4096;

/**
 * The bytes of ranges, in their order, each verified by its own digest; neighbours are read together.
 *
 * @param placeOf - Says what a range is part of; asked for errors only.
 * @param heal - What to do about a blob that is missing.
 *
 * Errors: `blob/corrupt` and `blob/not-found`, with the place.
 */
export async function readRanges(
  blobs: BlobStore,
  ranges: readonly BlobRange[],
  placeOf: (index: number) => string,
  heal?: string,
): Promise<readonly Uint8Array[]> {
  const out: Uint8Array[] = new Array(ranges.length);
  const runs = runsOf(ranges);
  const work = async (): Promise<void> => {
    for (let run = runs.pop(); run !== undefined; run = runs.pop()) {
      const { blob, from, to, members } = run;
      const bytes = await blobs.getRange(blob, from, to).catch((error: unknown) => {
        throw placedError(error, blob, placeOf(members[0] ?? 0), heal);
      });
      for (const index of members) {
        const range = ranges[index] as BlobRange;
        const at = range.offset - from;
        out[index] = await verified(range, bytes.subarray(at, at + range.storedBytes), () => placeOf(index));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, runs.length) }, work));
  return out;
}

interface Run {
  readonly blob: Digest;
  readonly from: number;
  to: number;
  readonly members: number[];
}

/** Ranges side by side in one blob, as runs to be read in one piece. */
function runsOf(ranges: readonly BlobRange[]): Run[] {
  const order = ranges
    .map((range, index) => ({ range, index }))
    .sort((a, b) =>
      a.range.blob === b.range.blob ? a.range.offset - b.range.offset : a.range.blob < b.range.blob ? -1 : 1,
    );
  const runs: Run[] = [];
  for (const { range, index } of order) {
    const last = runs.at(-1);
    const end = range.offset + range.storedBytes;
    if (last !== undefined && last.blob === range.blob && range.offset - last.to <= gapBytes) {
      last.to = Math.max(last.to, end);
      last.members.push(index);
    } else runs.push({ blob: range.blob, from: range.offset, to: end, members: [index] });
  }
  return runs;
}

async function verified(range: BlobRange, stored: Uint8Array, placeOf: () => string): Promise<Uint8Array> {
  const bytes = await plain(range, stored).catch((error: unknown) => {
    throw corrupt(range, placeOf(), error);
  });
  if (bytes.length === range.bytes && digestOf(bytes) === range.digest) return bytes;
  throw corrupt(range, placeOf());
}

async function plain({ compression, bytes }: BlobRange, stored: Uint8Array): Promise<Uint8Array> {
  if (compression === "none") return stored;
  const out = await decompress(stored, compression, bytes);
  return out.byteOffset % 8 === 0 ? new Uint8Array(out.buffer, out.byteOffset, out.length) : Uint8Array.from(out);
}

function corrupt({ blob, offset, storedBytes, digest }: BlobRange, place: string, cause?: unknown): SluiceError {
  return new SluiceError("blob/corrupt", {
    found: `other bytes than were stored in blob ${blob}, bytes ${offset} to ${offset + storedBytes}, which is ${place}`,
    expected: `the bytes of ${digest}`,
    fix: "Restore the blob from a backup, or delete it and ingest the source of these rows again, which writes it anew; look at the disk.",
    ...(cause === undefined ? {} : { cause }),
  });
}
