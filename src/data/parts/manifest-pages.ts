import type { Digest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import type { ManifestChunk, ManifestPart } from "./manifest.ts";

/** A page has at least so many parts, the last one aside, and at most that many. */
const minPageParts = 8;
const maxPageParts = 128;

const digestBytes = 32;
const partBytes = 4 + digestBytes;
const chunkBytes = digestBytes + 20;
const headBytes = 12;
const codecs: readonly ManifestChunk["compression"][] = ["none", "deflate", "zstd"];

/** Where pages end: after a part whose digest says so, one in 32, so that versions that share parts share pages. Answers the ends. */
export function pageEnds(parts: readonly ManifestPart[]): readonly number[] {
  const ends: number[] = [];
  let from = 0;
  for (let i = 1; i <= parts.length; i++) {
    const length = i - from;
    const ending = length >= minPageParts && Number.parseInt((parts[i - 1] as ManifestPart).digest.slice(-2), 16) < 8;
    if (!ending && length < maxPageParts && i < parts.length) continue;
    ends.push(i);
    from = i;
  }
  return ends;
}

/** A page as bytes: counts, the blobs named, then each part's rows, digest and chunks. */
export function encodePage(parts: readonly ManifestPart[]): Uint8Array {
  const blobs = new Map<Digest, number>();
  for (const part of parts) for (const { blob } of part.columns) if (!blobs.has(blob)) blobs.set(blob, blobs.size);
  const columns = parts[0]?.columns.length ?? 0;
  const length = headBytes + blobs.size * digestBytes + parts.length * (partBytes + columns * chunkBytes);
  const view = new DataView(new ArrayBuffer(length));
  let at = 0;
  const u32 = (value: number): void => {
    view.setUint32(at, value, true);
    at += 4;
  };
  const digest = (value: Digest): void => {
    for (let i = 7; i < 71; i += 8, at += 4) view.setUint32(at, Number.parseInt(value.slice(i, i + 8), 16));
  };
  for (const count of [parts.length, columns, blobs.size]) u32(count);
  for (const blob of blobs.keys()) digest(blob);
  for (const part of parts) {
    u32(part.rows);
    digest(part.digest);
    for (const chunk of part.columns) {
      digest(chunk.digest);
      const numbers = [blobs.get(chunk.blob) ?? 0, chunk.offset, chunk.storedBytes, chunk.bytes];
      for (const number of numbers) u32(number);
      u32(codecs.indexOf(chunk.compression));
    }
  }
  return new Uint8Array(view.buffer);
}

/** The parts of a verified page. Throws `data/malformed-source` for one that a newer version wrote. */
export function decodePage(bytes: Uint8Array): readonly ManifestPart[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  const u32 = (): number => {
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const hex = hexOf(bytes);
  const digest = (): Digest => {
    at += digestBytes;
    return `sha256:${hex.slice(2 * (at - digestBytes), 2 * at)}`;
  };
  const [count, columns, blobCount] = [u32(), u32(), u32()];
  if (bytes.length !== headBytes + blobCount * digestBytes + count * (partBytes + columns * chunkBytes))
    throw malformed(`a page of ${bytes.length} bytes for ${count} parts`);
  const blobs = Array.from({ length: blobCount }, digest);
  const chunk = (): ManifestChunk => {
    const own = digest();
    const blob = blobs[u32()];
    const [offset, storedBytes, size] = [u32(), u32(), u32()];
    const compression = codecs[u32()];
    if (blob === undefined || compression === undefined) throw malformed("a page with an unknown blob or codec");
    return { digest: own, bytes: size, blob, offset, storedBytes, compression };
  };
  return Array.from({ length: count }, () => {
    const rows = u32();
    return { rows, digest: digest(), columns: Array.from({ length: columns }, chunk) };
  });
}

/** All bytes as hex digits, two a byte: one string for the page, of which digests are slices. */
function hexOf(bytes: Uint8Array): string {
  const digits = new TextEncoder().encode("0123456789abcdef");
  const out = new Uint8Array(2 * bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number;
    out[2 * i] = digits[byte >>> 4] as number;
    out[2 * i + 1] = digits[byte & 15] as number;
  }
  return new TextDecoder().decode(out);
}

function malformed(found: string): SluiceError {
  return new SluiceError("data/malformed-source", {
    found,
    expected: "a page of a manifest as this version of the library writes it",
    fix: "Read this workspace with the version of the library that wrote it.",
  });
}
