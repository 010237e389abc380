import { isSluiceError, type SluiceError } from "../../core/errors.ts";
import type { RegistryOptions } from "../registry-options.ts";

/** Errors of these rooms are no refusals: the store, a file or the process was not able to, or others were faster. */
const notDecided = /^(?:metadata|io|store|workspace)\/|^registry\/conflict$/;

/** Registers; where that is refused, it goes on record (`registration.refused`) before the error is thrown. */
export async function recordedRegistration<R>(
  options: RegistryOptions,
  asked: { readonly name: unknown; readonly author: unknown },
  register: () => Promise<R>,
): Promise<R> {
  try {
    return await register();
  } catch (error) {
    if (isSluiceError(error) && !notDecided.test(error.code)) await record(options, asked, error);
    throw error;
  }
}

async function record(
  { metadata, ledger, logger }: RegistryOptions,
  asked: { readonly name: unknown; readonly author: unknown },
  error: SluiceError,
): Promise<void> {
  const subject = textOf(asked.name, "unnamed");
  const actor = textOf(asked.author, "unknown");
  const body = { code: error.code, reason: error.message };
  try {
    await metadata.write(async (tx) => {
      await ledger.audit.append(tx, { kind: "registration.refused", subject, actor, body });
    });
  } catch (failure) {
    logger?.error({ model: subject, failure: String(failure) }, "a refused registration could not be put on record");
  }
}

const longest = 200;

function textOf(value: unknown, otherwise: string): string {
  if (typeof value !== "string" || value.trim() === "" || !value.isWellFormed() || value.includes("\0"))
    return otherwise;
  return value.slice(0, longest);
}
