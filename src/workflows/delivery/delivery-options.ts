import { type Duration, durationMs } from "../../core/duration.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireArgument } from "../../core/known-arguments.ts";
import { type OptionNames, requireOptions } from "../../core/known-options.ts";
import { type FewestCases, fewestCases } from "./case-figures.ts";
import type { HumanActionOptions } from "./human-action.ts";

/** What delivery figures are worked out of, and how. */
export interface DeliveryOptions {
  /** Only what concerns this model. @default all models */
  readonly model?: string;
  /** The period's beginning, epoch milliseconds. @default the first record */
  readonly fromMs?: number;
  /** The period's end, epoch milliseconds; what is later is left out. @default the last record */
  readonly toMs?: number;
  /** How long production must have lasted without a break to be sustained. @default "30d" */
  readonly sustainedFor?: Duration;
  /** Actors that are programs: their acts are no human action. @default ["system"] */
  readonly automation?: readonly string[];
  /** Acts of one person with at most this between them are one sitting. @default "30m" */
  readonly sittingGap?: Duration;
  /** What one act takes at least. @default "5m" */
  readonly perAct?: Duration;
  /** From how many cases on a figure is given; at least 1 each. @default { p50: 3, p90: 10, share: 3 } */
  readonly fewest?: Partial<FewestCases>;
}

/** The options, complete. */
export interface CompleteDeliveryOptions {
  readonly sustainedForMs: number;
  readonly human: HumanActionOptions;
  readonly fewest: FewestCases;
}

const optionNames: OptionNames<DeliveryOptions> = {
  model: "optional",
  fromMs: "optional",
  toMs: "optional",
  sustainedFor: "optional",
  automation: "optional",
  sittingGap: "optional",
  perAct: "optional",
  fewest: "optional",
};

/** Completes the options. Errors: `argument/invalid`. */
export function completeOptions(options: DeliveryOptions): CompleteDeliveryOptions {
  requireOptions("deliveryFigures()", options, optionNames);
  const fewest = { ...fewestCases, ...options.fewest };
  for (const [name, cases] of Object.entries(fewest))
    if (!(Number.isInteger(cases) && cases >= 1)) throw invalid(`fewest.${name}: ${cases}`, "a whole number from 1 on");
  const { fromMs = 0, toMs = fromMs } = options;
  if (!Number.isFinite(fromMs) || !Number.isFinite(toMs) || fromMs > toMs)
    throw invalid(`a period from ${fromMs} to ${toMs}`, "epoch milliseconds, the beginning first");
  const { automation = ["system"] } = options;
  requireArgument("deliveryFigures()", "automation", automation, "list");
  return {
    sustainedForMs: durationMs(options.sustainedFor ?? "30d"),
    human: {
      automation,
      sittingGapMs: durationMs(options.sittingGap ?? "30m"),
      perActMs: durationMs(options.perAct ?? "5m"),
    },
    fewest,
  };
}

function invalid(found: string, expected: string): SluiceError {
  return new SluiceError("argument/invalid", { found, expected, fix: "See the options of deliveryFigures." });
}
