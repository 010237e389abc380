import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { fileError } from "./file-error.ts";

const chunkBytes = 1 << 20;
const probedBytes = 512;
const nul = 0;

/** A file's bytes in pieces of 1 MiB. Errors: `io/failed`, `blob/not-found`; the signal's reason. */
export async function* fileChunks(path: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  try {
    // One handle read to its end: what was hashed is what is handed on, whatever becomes of the name.
    for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes })) {
      signal?.throwIfAborted();
      yield chunk;
    }
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw fileError(error, path);
  }
}

/** An MD5 that is fed in pieces. */
export interface Md5 {
  update(chunk: Uint8Array): void;
  /** The MD5s that DVC may have named these bytes by; the plain one is the last. */
  names(): readonly string[];
}

/** The plain MD5 of bytes. */
export function plainMd5(): Md5 {
  const hash = createHash("md5");
  return { update: (chunk) => void hash.update(chunk), names: () => [hash.digest("hex")] };
}

/**
 * The MD5s by which DVC 1 and 2 name bytes: `\r\n` counts as `\n` where they look like text, which some versions decide once and others
 * for every MiB. Binary files have their plain MD5.
 */
export function dos2unixMd5(): Md5 {
  const once = createHash("md5");
  const each = createHash("md5");
  const plain = createHash("md5");
  let textual: boolean | undefined;
  let held = new Uint8Array(0);
  const flush = (chunk: Uint8Array): void => {
    const text = looksLikeText(chunk.subarray(0, probedBytes));
    textual ??= text;
    feed(each, chunk, text);
    feed(once, chunk, textual);
    plain.update(chunk);
  };
  return {
    // The verdict hangs on where the MiBs begin, so pieces are put together to whole ones first.
    update: (chunk) => {
      let rest = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      for (; rest.length >= chunkBytes; rest = rest.subarray(chunkBytes)) flush(rest.subarray(0, chunkBytes));
      held = Uint8Array.from(rest);
    },
    names: () => {
      if (held.length > 0) flush(held);
      return [each, once, plain].map((hash) => hash.digest("hex"));
    },
  };
}

function feed(hash: Hash, chunk: Uint8Array, text: boolean): void {
  if (!text) {
    hash.update(chunk);
    return;
  }
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  let from = 0;
  for (let at = bytes.indexOf("\r\n"); at >= 0; at = bytes.indexOf("\r\n", from)) {
    hash.update(bytes.subarray(from, at));
    from = at + 1;
  }
  hash.update(bytes.subarray(from));
}

/** DVC's own rule: no NUL, and at most 30% bytes that are neither printable ASCII nor \n, \r, \t, \f, \b. */
function looksLikeText(block: Uint8Array): boolean {
  if (block.includes(nul)) return false;
  const odd = block.reduce((count, byte) => count + ((byte >= 32 && byte < 127) || isTextControl(byte) ? 0 : 1), 0);
  return odd <= 0.3 * block.length;
}

function isTextControl(byte: number): boolean {
  return byte === 8 || byte === 9 || byte === 10 || byte === 12 || byte === 13;
}
