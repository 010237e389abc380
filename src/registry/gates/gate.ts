import type { Gate, GateEvidence, GateOutcome } from "../../contracts/gate.ts";
import { canonicalJson, type JsonValue } from "../../core/canonical-json.ts";
import { digestOf } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireArgument } from "../../core/known-arguments.ts";
import type { OptionNames } from "../../core/known-options.ts";
import { requireGateOptions, requireText } from "./gate-options.ts";
import { isBuiltIn } from "./built-in-names.ts";

/** What a gate of one's own answers: the outcome without the gate's name. */
export type GateAnswer = Omit<GateOutcome, "gate">;

/** How a gate of one's own is versioned. */
export interface CustomGateOptions {
  /** Raise it when the judge changes. @default a digest of the judge's source text, without what it calls */
  readonly version?: string;
}

const optionNames: OptionNames<CustomGateOptions> = { version: "optional" };

/**
 * A gate of one's own. Its name, parameters and version enter the policy's digest, and with it every approval and certificate. The parameters
 * are copied: the judge gets that copy. Errors: `definition/invalid` for a name that a gate of the library has, `argument/invalid` for
 * parameters that JSON cannot hold.
 *
 * @example
 * ```ts
 * import { gate } from "sluice/registry";
 * const enoughRows = gate("enoughRows", { atLeast: 1000 }, ({ evaluation }, { atLeast }) => {
 *   const rows = evaluation?.rows ?? 0;
 *   return { outcome: rows >= atLeast ? "pass" : "fail", reason: `${rows} rows`, measured: rows, bound: atLeast };
 * }, { version: "1" });
 * if (enoughRows.version !== "1") throw new Error("another version");
 * ```
 */
export function gate<const P extends JsonValue>(
  name: string,
  params: P,
  judge: (evidence: GateEvidence, params: P) => GateAnswer,
  options: CustomGateOptions = {},
): Gate {
  requireGateOptions("gate", options, optionNames);
  requireText("of your own", "name", name);
  if (isBuiltIn(name)) {
    throw new SluiceError("definition/invalid", {
      found: `a gate of your own named "${name}"`,
      expected: "a name that no gate of the library has",
      fix: "Choose another name: reports and certificates tell gates by it.",
    });
  }
  requireArgument(`the gate ${name}`, "judge", judge, "function", "definition/invalid");
  const version = options.version ?? digestOf(judge.toString());
  requireText(name, "version", version);
  const text = canonicalJson(params);
  return {
    gate: name,
    params: JSON.parse(text),
    version,
    judge: (evidence) => ({ ...judge(evidence, JSON.parse(text)), gate: name }),
  };
}
