import { type ByteSource, partOf } from "../../../core/byte-source.ts";
import type { Inflating } from "../../../core/platform.ts";
import { ByteWindow } from "./byte-window.ts";
import { allOf, firstOf, joined, keptBytes, type LookedAt } from "./looked-at.ts";

/** What is read from the beginning to the end. */
export interface TarReader {
  /** The next bytes; fewer at the end. */
  take(bytes: number): Promise<Uint8Array>;
  /** What the next `bytes` bytes are, with `filled` of them to be passed over in all; undefined where there are fewer. To be looked at before what follows is read. */
  content(bytes: number, filled: number): Promise<LookedAt | undefined>;
}

/** Reads what can be read anywhere. */
export function readerOf(source: ByteSource): TarReader {
  const window = new ByteWindow(source);
  let at = 0;
  return {
    take: async (bytes) => {
      const taken = await window.at(at, at + bytes);
      at += taken.length;
      return taken;
    },
    content: async (bytes, filled) => {
      const start = at;
      at += filled;
      return start + bytes > source.sizeBytes ? undefined : allOf(partOf(source, start, start + bytes));
    },
  };
}

/** Reads what comes out of a stream, of which only the first {@link keptBytes} of an entry are kept. */
export function streamReader({ pieces }: Pick<Inflating, "pieces">): TarReader {
  let rest: Uint8Array = new Uint8Array();
  const take = async (bytes: number): Promise<Uint8Array> => {
    const taken: Uint8Array[] = [];
    let missing = bytes;
    while (missing > 0) {
      if (rest.length === 0) {
        const { done, value } = await pieces.next();
        if (done === true) break;
        rest = value;
      }
      const part = rest.subarray(0, missing);
      rest = rest.subarray(part.length);
      missing -= part.length;
      taken.push(part);
    }
    return joined(taken, bytes - missing);
  };
  return {
    take,
    content: async (bytes, filled) => {
      const kept = await take(Math.min(bytes, keptBytes));
      let missing = filled - kept.length;
      while (missing > 0) {
        const passed = await take(Math.min(missing, 65_536));
        if (passed.length === 0) break;
        missing -= passed.length;
      }
      return missing > filled - bytes ? undefined : firstOf(kept, bytes);
    },
  };
}
