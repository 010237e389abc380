import type { Gate, GateOutcome } from "../../contracts/gate.ts";
import { type Duration, durationMs, durationText } from "../../core/duration.ts";
import { isoOf } from "../../core/iso-of.ts";
import type { OptionNames } from "../../core/known-options.ts";
import { requireChoice, requireGateOptions } from "./gate-options.ts";
import { unknownTraining } from "./known-training.ts";

/** What {@link dataFreshness} asks for. */
export interface DataFreshnessOptions {
  /** The age that no dataset version may exceed: milliseconds, or as in "30d". */
  readonly maxAge: Duration;
  /** Whose data. @default "training" */
  readonly of?: "training" | "evaluation" | "both";
}

const optionNames: OptionNames<DataFreshnessOptions> = { maxAge: "required", of: "optional" };

/**
 * A gate that every dataset version behind training, or evaluation, was committed recently enough. Judged at the moment of the promotion; a
 * rollback does not ask it. Errors: `argument/invalid` for a duration that is none, `definition/invalid`.
 *
 * @example
 * ```ts
 * import { dataFreshness } from "sluice/registry";
 * if (dataFreshness({ maxAge: "30d" }).gate !== "dataFreshness:training") throw new Error("another gate");
 * ```
 */
export function dataFreshness(options: DataFreshnessOptions): Gate {
  requireGateOptions("dataFreshness", options, optionNames);
  const { of = "training" } = options;
  requireChoice("dataFreshness", "of", of, ["training", "evaluation", "both"]);
  const gate = `dataFreshness:${of}`;
  const bound = durationMs(options.maxAge);
  const unmeasured = (reason: string): GateOutcome => ({
    gate,
    outcome: "notMeasured",
    reason,
    bound,
    fix: "Train and evaluate on versions of datasets: what came as a table has no age.",
  });
  return {
    gate,
    params: { maxAgeMs: bound, of },
    judge: ({ data, nowMs, version }): GateOutcome => {
      if (nowMs === undefined || !Number.isFinite(nowMs)) return unmeasured("the present instant is not known");
      const roles = of === "both" ? (["training", "evaluation"] as const) : ([of] as const);
      let oldest: { readonly dataset: string; readonly createdAtMs: number } | undefined;
      for (const role of roles) {
        const found = (data ?? []).filter((one) => one.role === role);
        if (found.length === 0)
          return unmeasured(
            role === "training" ? unknownTraining(version) : "no dataset version behind the evaluation is known",
          );
        for (const { dataset, createdAtMs } of found) {
          if (createdAtMs === null || !(Number.isFinite(createdAtMs) && createdAtMs <= nowMs))
            return unmeasured(
              `"${dataset}" was committed at ${createdAtMs === null ? "an unknown instant" : isoOf(createdAtMs)}, now is ${isoOf(nowMs)}`,
            );
          if (oldest === undefined || createdAtMs < oldest.createdAtMs) oldest = { dataset, createdAtMs };
        }
      }
      if (oldest === undefined) return unmeasured("no dataset version is known");
      const measured = nowMs - oldest.createdAtMs;
      const reason = `the oldest dataset version, of "${oldest.dataset}", is ${durationText(measured)} old, needed ≤ ${durationText(bound)}`;
      if (measured <= bound) return { gate, outcome: "pass", reason, measured, bound };
      const fix = `Ingest newer rows of "${oldest.dataset}", and train again.`;
      return { gate, outcome: "fail", reason, measured, bound, fix };
    },
  };
}
