import { SluiceError } from "../../core/errors.ts";
import { SummaryReader } from "../bytes/summary-reader.ts";
import { SummaryWriter } from "../bytes/summary-writer.ts";
import { requireOpenFraction } from "../require-argument.ts";

const kind = "EHIS";

/**
 * The best of all looks at *one* e-process: since the chance that it ever reaches 1/α is at most α, the running maximum gives a p-value
 * min(1, 1/max E) that holds at every time, never rises, and may be reported when you like (the "always-valid p-value" of R. Johari et
 * al., Operations Research 2022).
 *
 * Do not feed it looks at different tests: the best of several processes is no e-value. Merge those by `averageE` or adjust them by
 * `eBenjaminiHochberg`.
 *
 * @example
 * ```ts
 * import { EValueHistory, GuardrailEProcess } from "sluice/stats";
 * const harm = new GuardrailEProcess({ direction: "harm" });
 * const history = new EValueHistory();
 * for (let i = 0; i < 40; i++) {
 *   harm.addBad(i < 12 ? "challenger" : "champion", 0.25);
 *   history.add(harm.logE());
 * }
 * if (harm.crossed(0.05) || !history.crossed(0.05)) throw new Error("a bad start, that later faded");
 * if (history.pValue() !== Math.exp(-history.maxLogE)) throw new Error("the best look counts");
 * ```
 */
export class EValueHistory {
  #looks = 0;
  #maxLogE = 0;

  /** Restores a history from its bytes. Throws `argument/invalid` for damaged or foreign ones. */
  static fromBytes(bytes: Uint8Array): EValueHistory {
    const reader = new SummaryReader(bytes, kind, 1);
    const history = new EValueHistory();
    history.#looks = reader.count();
    history.#maxLogE = reader.f64();
    reader.require(history.#maxLogE >= 0, `a largest logarithm of ${history.#maxLogE}`);
    reader.require(history.#looks > 0 || history.#maxLogE === 0, "evidence without a look");
    reader.end();
    return history;
  }

  /** How many looks were added. */
  get looks(): number {
    return this.#looks;
  }

  /** The largest logarithm of an e-value so far: at least 0, that of the start; `Infinity` after an impossible event. */
  get maxLogE(): number {
    return this.#maxLogE;
  }

  /** Adds a look: the natural logarithm of the e-value now, ±Infinity included. Throws `argument/invalid` for NaN. */
  add(logE: number): void {
    if (!(logE <= Number.POSITIVE_INFINITY)) {
      throw new SluiceError("argument/invalid", {
        found: `logE = ${String(logE)}`,
        expected: "the logarithm of an e-value",
        fix: "Pass what a logE function returned.",
      });
    }
    this.#looks++;
    if (logE > this.#maxLogE) this.#maxLogE = logE;
  }

  /** Adds many looks. */
  addAll(logEs: ArrayLike<number>): void {
    for (let i = 0; i < logEs.length; i++) this.add(logEs[i] as number);
  }

  /** Adds the looks at the same e-process that another history holds. */
  merge(other: EValueHistory): void {
    this.#looks += other.#looks;
    this.#maxLogE = Math.max(this.#maxLogE, other.#maxLogE);
  }

  /** The always-valid p-value min(1, 1/max E). */
  pValue(): number {
    return Math.exp(-this.#maxLogE);
  }

  /** Tells whether the e-value has *ever* been at 1/alpha or above. */
  crossed(alpha: number): boolean {
    return this.#maxLogE >= -Math.log(requireOpenFraction("alpha", alpha));
  }

  /** The history as bytes. */
  toBytes(): Uint8Array {
    const writer = new SummaryWriter(kind, 1);
    writer.count(this.#looks);
    writer.f64(this.#maxLogE);
    return writer.finish();
  }
}
