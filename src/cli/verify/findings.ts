import { lineText } from "../../core/line-text.ts";

/** One thing that was looked at. */
export interface Finding {
  readonly ok: boolean;
  /** What holds; of what does not, why. On one line, whatever the files hold. */
  readonly what: string;
}

/** At most so many faults are told one by one. */
const mostFaults = 20;

/** What a verification finds: what holds and what does not, what nothing in the files proves, and which keys they say that signed them. */
export class Findings {
  readonly #checks: Finding[] = [];
  readonly #unproven: string[] = [];
  readonly #signers = new Set<string>();
  #faults = 0;

  ok(what: string): void {
    this.#checks.push({ ok: true, what: lineText(what) });
  }

  bad(what: string): void {
    this.#faults += 1;
    if (this.#faults <= mostFaults) this.#checks.push({ ok: false, what: lineText(what) });
  }

  /** Says what cannot be known from these files. */
  unproven(what: string): void {
    this.#unproven.push(lineText(what));
  }

  /** A key id as a file names it: nothing is believed for it. */
  signedBy(keyId: unknown): void {
    if (typeof keyId === "string") this.#signers.add(lineText(keyId));
  }

  get faults(): number {
    return this.#faults;
  }

  get checks(): readonly Finding[] {
    const more = this.#faults - mostFaults;
    return more > 0 ? [...this.#checks, { ok: false, what: `${more} more` }] : this.#checks;
  }

  get notProven(): readonly string[] {
    return this.#unproven;
  }

  get signers(): readonly string[] {
    return [...this.#signers].sort();
  }
}
