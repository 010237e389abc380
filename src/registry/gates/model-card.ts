import type { Gate } from "../../contracts/gate.ts";
import { isDigest } from "../../core/digest.ts";
import { SluiceError } from "../../core/errors.ts";
import { foundText } from "../../core/found-text.ts";
import { cardParts } from "../cards/card-parts.ts";
import type { OptionNames } from "../../core/known-options.ts";
import { requireChoice, requireGateOptions } from "./gate-options.ts";

/** What {@link modelCard} asks for. */
export interface ModelCardGateOptions {
  /** The parts that must be written. @default all of them */
  readonly parts?: readonly string[];
}

const optionNames: OptionNames<ModelCardGateOptions> = { parts: "optional" };

/**
 * A gate that the version has a model card with the parts that a person must write. The card's digest is then part of the evidence: a later revision
 * voids the approvals. Errors: `definition/invalid` for an unknown part.
 *
 * @example
 * ```ts
 * import { modelCard } from "sluice/registry";
 * if (modelCard({ parts: ["owner", "limits"] }).gate !== "modelCard") throw new Error("another gate");
 * ```
 */
export function modelCard(options: ModelCardGateOptions = {}): Gate {
  requireGateOptions("modelCard", options, optionNames);
  const gate = "modelCard";
  const parts = options.parts ?? cardParts;
  if (!Array.isArray(parts) || parts.length === 0)
    throw new SluiceError("definition/invalid", {
      found: `${Array.isArray(parts) ? "no part" : foundText(parts)} as parts of the gate ${gate}`,
      expected: `some of ${cardParts.join(", ")}`,
      fix: "Leave `parts` out to ask for all of them.",
    });
  for (const part of parts) requireChoice(gate, "parts", part, cardParts);
  const fix = "Write it with registry.writeCard(version, parts, { author }).";
  return {
    gate,
    params: { parts: [...parts] },
    judge: ({ card }) => {
      if (card === undefined || card === null)
        return { gate, outcome: "notMeasured", reason: "the version has no model card", fix };
      if (!Number.isSafeInteger(card.revision) || !isDigest(card.digest))
        return { gate, outcome: "notMeasured", reason: "a model card without revision or digest", fix };
      const missing = parts.filter((part) => !Array.isArray(card.missing) || card.missing.includes(part));
      if (missing.length > 0)
        return { gate, outcome: "fail", reason: `revision ${card.revision} lacks ${missing.join(", ")}`, fix };
      return { gate, outcome: "pass", reason: `revision ${card.revision}, ${card.digest}` };
    },
  };
}
