import { isRecord } from "../core/is-record.ts";
import { durationMs } from "../core/duration.ts";
import { SluiceError } from "../core/errors.ts";
import { foundText } from "../core/found-text.ts";
import { requireOptions } from "../core/known-options.ts";

type Unchecked = { readonly [key: string]: unknown };

const signalKinds: readonly string[] = ["data-drift", "prediction-drift", "performance", "feature-skew"];
const metrics: readonly string[] = ["auc", "logLoss", "brier"];

const optionNames = ["id", "model", "signal", "windowRows", "threshold", "fire", "response"];
const known = Object.fromEntries(optionNames.map((name) => [name, "optional" as const]));
const signalNames: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["data-drift", ["kind", "features"]],
  ["prediction-drift", ["kind", "output"]],
  ["performance", ["kind", "metric", "output", "outcome", "labelDelay"]],
  ["feature-skew", ["kind", "historyDelay"]],
]);
const thresholdNames: ReadonlyMap<unknown, readonly string[]> = new Map([
  ["calibrated", ["kind", "falseAlarmRate", "minEffect"]],
  ["bound", ["kind", "min", "max", "minCoverage"]],
]);

/**
 * Refuses options of `monitor()` that are incomplete, also from code without types. Throws `monitoring/incomplete-response` without owner, runbook or action,
 * and `argument/invalid` for the rest.
 */
export function checkMonitor(given: unknown): void {
  if (!isRecord(given)) throw invalid("an argument that is no object");
  const unknown = otherName(given, ["kind", "digest", ...optionNames]);
  if (unknown !== undefined) requireOptions("monitor()", given, known);
  if (!isText(given["id"]) || !isText(given["model"])) throw invalid("a monitor without an id or a model's name");
  const id = given["id"];
  requireResponse(id, given["response"]);
  const problems = [
    ...windowProblems(given),
    ...signalProblems(given["signal"]),
    ...thresholdProblems(given["threshold"]),
    ...pairProblems(given["signal"], given["threshold"]),
    ...unknownProblems(given),
  ];
  if (problems.length > 0) throw invalid(`monitor "${id}": ${problems.join("; ")}`);
}

function requireResponse(id: string, response: unknown): void {
  const given = isRecord(response) ? response : {};
  const { owner, runbook, actions, ackWithin } = given;
  const missing: string[] = [];
  if (!isText(owner)) missing.push("an owner");
  if (!isText(runbook) && !(isList(runbook) && runbook.length > 0 && Array.from(runbook).every(isText)))
    missing.push("a runbook");
  if (!isList(actions) || actions.length === 0) missing.push("an action");
  else if (!Array.from(actions).every(isAction))
    missing.push("actions { do: notify, via } or { do: retrain, pipeline } only");
  if (ackWithin === undefined) missing.push("ackWithin");
  if (missing.length > 0) {
    throw new SluiceError("monitoring/incomplete-response", {
      found: `monitor "${id}" without ${missing.join(" and ")}`,
      expected: "an owner, a runbook, at least one action, and ackWithin",
      fix: "Say in `response` who answers the alert, by which steps, what is done, and how soon.",
    });
  }
  if (!isDuration(ackWithin)) throw invalid(`monitor "${id}": response.ackWithin is no duration`);
}

/** A member that a part of the definition does not have: it would mean nothing, and enter no digest, or mean something that is not there. */
function unknownProblems({ signal, threshold, fire, response }: Unchecked): readonly string[] {
  const parts: readonly (readonly [part: string, value: unknown, names: readonly string[] | undefined])[] = [
    ["signal", signal, isRecord(signal) ? signalNames.get(signal["kind"]) : undefined],
    ["threshold", threshold, isRecord(threshold) ? thresholdNames.get(threshold["kind"]) : undefined],
    ["fire", fire, ["bad", "of"]],
    ["response", response, ["owner", "runbook", "actions", "ackWithin"]],
  ];
  return parts.flatMap(([part, value, names]) => {
    const other = isRecord(value) && names !== undefined ? otherName(value, names) : undefined;
    return other === undefined ? [] : [`${part} has no ${other}, but ${names?.join(", ")}`];
  });
}

function otherName(value: Unchecked, names: readonly string[]): string | undefined {
  return Object.keys(value).find((name) => !names.includes(name));
}

function windowProblems({ windowRows, fire }: Unchecked): readonly string[] {
  const problems: string[] = [];
  if (!isWhole(windowRows) || windowRows < 50) problems.push("windowRows must be an integer of at least 50");
  if (fire === undefined) return problems;
  const { bad, of } = isRecord(fire) ? fire : {};
  if (!isWhole(bad) || !isWhole(of) || bad < 1 || of < bad)
    problems.push("fire must be { bad: b, of: n } with 1 ≤ b ≤ n");
  return problems;
}

function signalProblems(signal: unknown): readonly string[] {
  const kinds = signalKinds.join(", ");
  if (!isRecord(signal)) return [`signal is missing: { kind } with one of ${kinds}`];
  const { kind, features, output, outcome, metric, labelDelay, historyDelay } = signal;
  if (kind === "data-drift") {
    const named = isList(features) && features.length > 0 && Array.from(features).every(isText);
    return named ? [] : ["a data-drift monitor names at least one feature"];
  }
  if (kind === "prediction-drift") return isText(output) ? [] : ["a prediction-drift monitor names an output"];
  if (kind === "feature-skew")
    return isDuration(historyDelay) ? [] : ['a feature-skew monitor has a historyDelay, as in "1d"'];
  if (kind !== "performance") return [`signal.kind is ${foundText(kind)}, not one of ${kinds}`];
  const problems: string[] = [];
  if (typeof metric !== "string" || !metrics.includes(metric))
    problems.push(`a performance monitor has a metric of ${metrics.join(", ")}`);
  if (!isText(output) || !isText(outcome)) problems.push("a performance monitor names an output and an outcome");
  if (!isDuration(labelDelay)) problems.push('a performance monitor has a labelDelay, as in "1d"');
  return problems;
}

function thresholdProblems(threshold: unknown): readonly string[] {
  if (!isRecord(threshold)) return ["threshold is missing: { kind } with one of calibrated, bound"];
  const { kind, falseAlarmRate, minEffect, min, max, minCoverage } = threshold;
  const problems: string[] = [];
  if (kind === "calibrated") {
    if (!isNumber(falseAlarmRate) || !(falseAlarmRate > 0 && falseAlarmRate < 1))
      problems.push("falseAlarmRate lies between 0 and 1");
    if (!isNumber(minEffect) || !(minEffect >= 0)) problems.push("minEffect is at least 0");
    return problems;
  }
  if (kind !== "bound") return [`threshold.kind is ${foundText(kind)}, not one of calibrated, bound`];
  const ends = [min, max].filter((end) => end !== undefined);
  if (ends.length === 0 || !ends.every(isNumber)) problems.push("a bound has a min or a max");
  if (!isNumber(minCoverage) || !(minCoverage > 0 && minCoverage <= 1)) problems.push("minCoverage lies in (0, 1]");
  return problems;
}

function pairProblems(signal: unknown, threshold: unknown): readonly string[] {
  if (!isRecord(signal) || !isRecord(threshold)) return [];
  const isPerformance = signal["kind"] === "performance";
  if (signal["kind"] === "feature-skew") {
    if (threshold["kind"] !== "bound") return ["a feature-skew monitor takes a bound"];
    const { min, max } = threshold;
    return min === undefined && isNumber(max) && max >= 0 && max < 1
      ? []
      : ["the bound of a feature-skew monitor is a max in [0, 1), the share of cells that may differ"];
  }
  if (isPerformance && threshold["kind"] !== "bound") return ["a performance monitor takes a bound"];
  if (!isPerformance && threshold["kind"] !== "calibrated") return ["a drift monitor takes a calibrated threshold"];
  return [];
}

function isAction(action: unknown): boolean {
  if (!isRecord(action)) return false;
  return action["do"] === "notify" ? isText(action["via"]) : action["do"] === "retrain" && isText(action["pipeline"]);
}

function isDuration(value: unknown): boolean {
  if (typeof value !== "number" && typeof value !== "string") return false;
  durationMs(value);
  return true;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && !Number.isNaN(value);
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
}

function invalid(found: string): SluiceError {
  return new SluiceError("argument/invalid", { found, expected: "a complete monitor", fix: "Correct the definition." });
}
