import { alternatives } from "../alternative.ts";
import { SummaryReader } from "../bytes/summary-reader.ts";
import { SummaryWriter } from "../bytes/summary-writer.ts";
import { isNotComputable, type NotComputable } from "../not-computable.ts";
import { type MsprtOptions, type MsprtResult, msprt } from "./msprt.ts";
import type { SequentialEstimate } from "./sequential-estimate.ts";

/**
 * {@link msprt} over many looks: its p-value is the smallest of all looks so far, so it never rises again.
 *
 * It belongs to one experiment that is looked at from one place; it is not mergeable, since two places would look at the same rows.
 *
 * @example
 * ```ts
 * import { MsprtProcess } from "sluice/stats";
 * const process = new MsprtProcess({ confidence: 0.95 });
 * process.look({ value: 0.02, standardError: 0.004, n: 8000, m: 8000, events: 400 });
 * process.look({ value: 0.01, standardError: 0.004, n: 8100, m: 8100, events: 405 });
 * if (!(process.pValue < 0.05) || process.looks !== 2) throw new Error("what was shown once stays shown");
 * const restored = MsprtProcess.fromBytes(process.toBytes());
 * if (restored.pValue !== process.pValue) throw new Error("the bytes are complete");
 * ```
 */
export class MsprtProcess {
  readonly #options: MsprtOptions;
  #looks = 0;
  #largestLogE = 0;

  constructor(options: MsprtOptions = {}) {
    msprt({ value: 0, standardError: 1, n: 1, m: 1, events: 0 }, options);
    this.#options = { ...options };
  }

  /** Restores a process from its bytes. Throws `argument/invalid` for anything else. */
  static fromBytes(bytes: Uint8Array): MsprtProcess {
    const reader = new SummaryReader(bytes, "MSPR", 1);
    const alternative = alternatives[reader.u8()];
    const confidence = reader.f64();
    const minimumEvents = reader.count();
    const mixtureVariance = reader.f64();
    const looks = reader.count();
    const largestLogE = reader.f64();
    reader.end();
    reader.require(confidence > 0 && confidence < 1, `a confidence of ${confidence}`);
    reader.require(mixtureVariance >= 0 && mixtureVariance < Infinity, `a mixture variance of ${mixtureVariance}`);
    reader.require(largestLogE >= 0 && largestLogE < Infinity, `evidence of ${largestLogE}`);
    reader.require(alternative !== undefined, "an unknown alternative");
    const process = new MsprtProcess({
      ...(alternative === undefined ? {} : { alternative }),
      ...(mixtureVariance === 0 ? {} : { mixtureVariance }),
      confidence,
      minimumEvents,
    });
    process.#looks = looks;
    process.#largestLogE = largestLogE;
    return process;
  }

  /** How many looks had an answer. */
  get looks(): number {
    return this.#looks;
  }

  /** The always-valid p-value: the smallest of all looks, 1 before the first. */
  get pValue(): number {
    return Math.exp(-this.#largestLogE);
  }

  /** Takes one look. Its p-value is the smallest so far; estimate, interval and `logE` are those of this look. */
  look(at: SequentialEstimate): MsprtResult | NotComputable {
    const found = msprt(at, this.#options);
    if (isNotComputable(found)) return found;
    this.#looks++;
    this.#largestLogE = Math.max(this.#largestLogE, found.logE);
    return { ...found, pValue: this.pValue };
  }

  /** The whole state as bytes, options included. */
  toBytes(): Uint8Array {
    const { alternative = "two-sided", confidence = 0.95, minimumEvents = 10, mixtureVariance = 0 } = this.#options;
    const writer = new SummaryWriter("MSPR", 1);
    writer.u8(alternatives.indexOf(alternative));
    writer.f64(confidence);
    writer.count(minimumEvents);
    writer.f64(mixtureVariance);
    writer.count(this.#looks);
    writer.f64(this.#largestLogE);
    return writer.finish();
  }
}
