import { isSluiceError, SluiceError } from "../../core/errors.ts";

/** What is read from a file; a `data/malformed-source` on the way gets the file's name. */
export async function* namingFile<T>(path: string, batches: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* batches;
  } catch (error) {
    if (!isSluiceError(error, "data/malformed-source")) throw error;
    const { found, expected, fix } = error;
    throw new SluiceError(error.code, { found: `${found} (in ${path})`, expected, fix, cause: error.cause });
  }
}
