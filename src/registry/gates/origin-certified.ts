import type { Gate, GateOutcome } from "../../contracts/gate.ts";
import type { Stage } from "../../contracts/model-version.ts";
import { SluiceError } from "../../core/errors.ts";
import { foundText } from "../../core/found-text.ts";
import type { OptionNames } from "../../core/known-options.ts";
import { requireChoice, requireGateOptions, requireText } from "./gate-options.ts";

/** What {@link originCertified} takes. */
export interface OriginCertifiedOptions {
  /** Ids of the other workspaces' keys whose certificates count here. */
  readonly keys: readonly string[];
  /** The stage that the version must have reached there, or a later one. @default "production" */
  readonly stage?: "staging" | "candidate" | "production";
}

const order: readonly Stage[] = ["registered", "staging", "candidate", "production"];

const optionNames: OptionNames<OriginCertifiedOptions> = { keys: "required", stage: "optional" };

/**
 * A gate that the version was imported with a certificate of another workspace, signed by one of these keys, for such a stage: the one way in which an
 * origin's certificate counts. It was verified at the import; what the version's signed record says of it is judged here. A version that was made here
 * has no origin: not measured. Errors: `definition/invalid` without a key.
 *
 * @example
 * ```ts
 * import { originCertified } from "sluice/registry";
 * const { params } = originCertified({ keys: ["61e108d9472008fd"] });
 * console.log(params);
 * ```
 */
export function originCertified(options: OriginCertifiedOptions): Gate {
  requireGateOptions("originCertified", options, optionNames);
  const gate = "originCertified";
  const { keys, stage = "production" } = options;
  if (!Array.isArray(keys) || keys.length === 0)
    throw new SluiceError("definition/invalid", {
      found: `${Array.isArray(keys) ? "no key" : foundText(keys)} as keys of the gate ${gate}`,
      expected: "the ids of the keys that count",
      fix: 'Pass `{ keys: ["<key id>"], stage: "production" }`.',
    });
  for (const key of keys) requireText(gate, "keys", key);
  requireChoice(gate, "stage", stage, ["staging", "candidate", "production"]);
  const fix = "Import a version that reached that stage in a workspace whose key the policy names.";
  return {
    gate,
    params: { keys: [...keys], stage },
    judge: ({ version: { origin } }): GateOutcome => {
      if (origin === undefined)
        return {
          gate,
          outcome: "notMeasured",
          reason: "the version was made here: it has no certificate of another workspace",
          fix,
        };
      const from = `${origin.model}@${origin.version}, certified there for "${origin.stage}" with key ${origin.keyId}`;
      if (!keys.includes(origin.keyId))
        return { gate, outcome: "fail", reason: `${from}, which the policy does not name`, fix };
      if (origin.breakGlassUntilMs !== undefined)
        return { gate, outcome: "fail", reason: `${from}, by break-glass: past closed gates`, fix };
      if (order.indexOf(origin.stage) < order.indexOf(stage))
        return { gate, outcome: "fail", reason: `${from}; needed "${stage}"`, fix };
      return { gate, outcome: "pass", reason: from };
    },
  };
}
