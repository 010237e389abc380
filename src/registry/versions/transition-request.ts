import { SluiceError } from "../../core/errors.ts";

/** Who asks for a transition, and why. */
export interface TransitionRequest {
  readonly actor: string;
  readonly reason: string;
}

/** Refuses an act without a name or a reason. Errors: `argument/invalid`. */
export function requireRequest(subject: string, request: TransitionRequest): void {
  for (const name of ["actor", "reason"] as const) {
    const text: unknown = request?.[name];
    if (typeof text === "string" && text.trim() !== "" && text.isWellFormed() && !text.includes("\0")) continue;
    throw new SluiceError("argument/invalid", {
      found: `no ${name} for ${subject}`,
      expected: `who decides, and why`,
      fix: `Pass a non-empty ${name}.`,
    });
  }
}
