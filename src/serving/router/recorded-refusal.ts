import { isSluiceError } from "../../core/errors.ts";
import { foundText } from "../../core/found-text.ts";
import type { Challenger } from "./challenger-number.ts";
import type { RouterParts } from "./router-options.ts";

/** The rollout that was asked for. */
interface AskedRollout {
  readonly model: string;
  readonly challenger: Challenger;
  readonly actor: string;
}

/** Refusals of these rooms are no decisions: the store, a file or the process was not able to. */
const notDecided = /^(?:metadata|io|store|workspace|blob)\//;

/** Begins a rollout; where it is refused, that goes on record before the error is thrown. */
export async function recordedRefusal(
  { metadata, ledger, logger }: Pick<RouterParts, "metadata" | "ledger" | "logger">,
  { model, challenger, actor }: AskedRollout,
  begin: () => Promise<void>,
): Promise<void> {
  try {
    await begin();
  } catch (error) {
    if (!isSluiceError(error) || notDecided.test(error.code)) throw error;
    const asked = typeof challenger === "object" && challenger !== null ? challenger.version : challenger;
    const body = {
      challenger: typeof asked === "number" ? String(asked) : foundText(asked),
      code: error.code,
      reason: error.message,
    };
    try {
      await metadata.write(async (tx) => {
        await ledger.audit.append(tx, { kind: "rollout.refused", subject: model, actor, body });
      });
    } catch (failure) {
      logger?.error({ model, failure: String(failure) }, "a refused rollout could not be put on record");
    }
    throw error;
  }
}
