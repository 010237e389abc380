import { partOf, piecesOf } from "../../../core/byte-source.ts";
import { type Inflating, inflating } from "../../../core/platform.ts";
import { joined, keptOf, type LookedAt } from "./looked-at.ts";
import { mediaTypeOf } from "./media-type.ts";
import { harmlessBytes, type ScanContext } from "./scan-context.ts";
import { scanMember } from "./scan-member.ts";
import { tarFault } from "./scan-tar.ts";
import { streamReader } from "./tar-reader.ts";

/** Looks into a gzip file, as much of it as the limits allow: a tar in it entry by entry, of another file what can be kept. */
export async function scanGzip(path: string, looked: LookedAt, context: ScanContext): Promise<void> {
  const { sizeBytes, heldBytes } = looked;
  const ratioBytes = Math.max(harmlessBytes, sizeBytes * context.limits.maxUnpackRatio);
  const maxBytes = Math.min(ratioBytes, context.room());
  const stream = inflating(piecesOf(partOf(looked, 0, heldBytes)), "gzip", maxBytes);
  const fault = await within(`${path}!`, stream, context);
  context.unpacked(stream.bytes());
  if (stream.ended() === "limit")
    context.report(path, "archive-bomb", `${sizeBytes} bytes that unpack to more than ${maxBytes}`);
  else if (stream.ended() === "damaged") context.report(path, "malformed", "a gzip file that does not unpack");
  else if (fault !== undefined) context.report(`${path}!`, "malformed", fault);
}

async function within(path: string, stream: Inflating, context: ScanContext): Promise<string | undefined> {
  const head = await beginningOf(stream, 512);
  const pieces = behind(head, stream.pieces);
  try {
    if (mediaTypeOf(head) === "application/x-tar")
      return await tarFault(path, streamReader({ pieces }), context.deeper());
    const kept = await keptOf({ pieces, bytes: stream.bytes });
    if (stream.ended() === "whole") await scanMember(path, "", kept, context);
    return undefined;
  } finally {
    await stream.pieces.return(undefined);
  }
}

async function beginningOf({ pieces }: Inflating, bytes: number): Promise<Uint8Array> {
  const taken: Uint8Array[] = [];
  let length = 0;
  while (length < bytes) {
    const { done, value } = await pieces.next();
    if (done === true) break;
    taken.push(value);
    length += value.length;
  }
  return joined(taken, length);
}

async function* behind(head: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head;
  yield* rest;
}
