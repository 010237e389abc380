import { isSluiceError, SluiceError } from "../../core/errors.ts";

/** Runs work; what is wrong in it is said of the definition that it is for. */
export function namingDefinition<R>(definition: string, work: () => R): R {
  try {
    return work();
  } catch (error) {
    if (!isSluiceError(error) || error.message.includes(definition)) throw error;
    const { code, found, expected, fix } = error;
    throw new SluiceError(code, { found, expected: `${expected}, for ${definition}`, fix, cause: error });
  }
}
