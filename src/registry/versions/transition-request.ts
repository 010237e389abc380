import { SluiceError } from "../../core/errors.ts";

/** Who asks for a transition, and why. */
export interface TransitionRequest {
  readonly actor: string;
  readonly reason: string;
}

/** Refuses an act without a name or a reason. Errors: `argument/invalid`. */
export function requireRequest(subject: string, request: TransitionRequest): void {
  for (const name of ["actor", "reason"] as const) {
    if (typeof request?.[name] === "string" && request[name].trim() !== "") continue;
    throw new SluiceError("argument/invalid", {
      found: `no ${name} for ${subject}`,
      expected: `who decides, and why`,
      fix: `Pass a non-empty ${name}.`,
    });
  }
}
