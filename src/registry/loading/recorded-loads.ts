import { isSluiceError, type SluiceError } from "../../core/errors.ts";
import type { RegistryOptions } from "../registry-options.ts";
import type { RegistryTables } from "../tables.ts";

/** Refusals that say something about a version, or about who asks: a model without a champion was refused to nobody. */
const recordedCodes: ReadonlySet<string> = new Set([
  "artifact/corrupt",
  "artifact/not-found",
  "audit/broken",
  "blob/corrupt",
  "blob/not-found",
  "certificate/expired",
  "certificate/invalid",
  "certificate/missing",
  "certificate/unknown-key",
  "registry/deprecated",
  "registry/tampered",
  "serving/not-certified",
]);

/** How long a refusal of one model for one reason stands for those like it. */
const quietMs = 10 * 60_000;

/**
 * Puts refused loads on record (`load.refused`): of each model and each code of error one in ten minutes, for all processes of the store together, with how
 * many like it this process has refused since. So whoever loads in a loop, or in a crowd, cannot flood the log: at most as many events as there are
 * registered models times codes. Loads of models that are not registered are not recorded.
 */
export class RecordedLoads {
  readonly #options: RegistryOptions;
  readonly #seen: Map<string, { recordedMs: number; unrecorded: number }> = new Map();

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** Loads; a refusal is recorded where one is due, and thrown. */
  async load<R>(model: string, load: () => Promise<R>): Promise<R> {
    try {
      return await load();
    } catch (error) {
      if (isSluiceError(error) && recordedCodes.has(error.code)) await this.#note(model, error);
      throw error;
    }
  }

  async #note(model: string, error: SluiceError): Promise<void> {
    const { clock, logger } = this.#options;
    const key = `${error.code} ${model}`;
    const nowMs = clock.nowMs();
    const seen = this.#seen.get(key);
    if (seen !== undefined && isQuiet(seen.recordedMs, nowMs)) {
      seen.unrecorded += 1;
      return;
    }
    this.#seen.set(key, { recordedMs: nowMs, unrecorded: 0 });
    try {
      await this.#record(model, error, nowMs, seen?.unrecorded ?? 0);
    } catch (failure) {
      logger?.error({ model, failure: String(failure) }, "a refused load could not be put on record");
    }
  }

  async #record(model: string, error: SluiceError, nowMs: number, unrecorded: number): Promise<void> {
    const { metadata, ledger } = this.#options;
    await metadata.write(async (tx) => {
      await tx.lock("registry-refused-load");
      const sql = tx.sql.withTables<RegistryTables>();
      const known = await sql
        .selectFrom("registry_model")
        .select("model")
        .where("model", "=", model)
        .executeTakeFirst();
      if (known === undefined) return;
      const row = await sql
        .selectFrom("registry_refused_load")
        .select("recorded_ms")
        .where("model", "=", model)
        .where("code", "=", error.code)
        .executeTakeFirst();
      if (row !== undefined && isQuiet(row.recorded_ms, nowMs)) return;
      await sql
        .insertInto("registry_refused_load")
        .values({ model, code: error.code, recorded_ms: nowMs })
        .onConflict((conflict) => conflict.columns(["model", "code"]).doUpdateSet({ recorded_ms: nowMs }))
        .execute();
      const body = { code: error.code, reason: error.message, unrecorded };
      await ledger.audit.append(tx, { kind: "load.refused", subject: model, actor: "system", body });
    });
  }
}

/** Also of a clock that was turned back. */
function isQuiet(recordedMs: number, nowMs: number): boolean {
  return Math.abs(nowMs - recordedMs) < quietMs;
}
