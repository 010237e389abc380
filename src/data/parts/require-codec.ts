import { SluiceError } from "../../core/errors.ts";
import { type Codec, hasCodec } from "../../core/platform.ts";
import type { Compression } from "./pack-writer.ts";

/** Refuses a codec that this runtime lacks. Errors: `argument/invalid`. */
export async function requireCodec(compression: Compression): Promise<void> {
  if (compression !== "none" && !(await hasCodec(compression))) throw missingCodec(compression);
}

function missingCodec(codec: Codec): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `the compression "${codec}", which this runtime does not have`,
    expected: '"none", "deflate", or "zstd" on Node 22.15 or newer',
    fix: 'Leave the compression out, or choose "deflate".',
  });
}
