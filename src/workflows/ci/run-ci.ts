import { type Clock, systemClock } from "../../core/clock.ts";
import { durationMs, durationText } from "../../core/duration.ts";
import { isSluiceError, SluiceError } from "../../core/errors.ts";
import { type OptionNames, requireOptions } from "../../core/known-options.ts";
import type { WorkOptions } from "../../core/progress.ts";
import type { Workspace } from "../../workspace.ts";
import { printable } from "../../core/printable.ts";
import { type CiCase, type CiDefinition, type CiTest, requireCi } from "./ci-definition.ts";
import type { CiCaseReport, CiOutcome, CiReport, CiTestReport } from "./ci-report.ts";
import { ciText } from "./ci-text.ts";

/** What a timer can hold: 24 days. */
const longestTimerMs = 2 ** 31 - 1;

/** How a definition is run. */
export interface RunCiOptions extends WorkOptions {
  /** The workspace that tests get. It stays open. */
  readonly workspace: Workspace;
  /** Only tests whose name has this in it, whatever its case. @default all */
  readonly filter?: string;
  /** The time of a test that names none. @default "10m" */
  readonly timeout?: string | number;
  /** @default the machine's */
  readonly clock?: Clock;
  /** Told of each test when it has ended. */
  readonly onTest?: (test: CiTestReport) => void;
}

const optionNames: OptionNames<RunCiOptions> = {
  workspace: "required",
  filter: "optional",
  timeout: "optional",
  clock: "optional",
  onTest: "optional",
  signal: "optional",
  onProgress: "optional",
};

/**
 * Runs the tests of a definition one after the other. A failing test ends no other; one that takes too long has failed, and its signal is aborted.
 *
 * Errors: `definition/invalid`; `argument/invalid` where the filter leaves no test; the signal's reason.
 *
 * @example
 * ```ts
 * import { openWorkspace } from "sluice";
 * import { defineCi, modelTest, runCi } from "sluice/workflows";
 * const ws = await openWorkspace(".sluice");
 * const report = await runCi(defineCi({ tests: [modelTest("one is one", () => undefined)] }), { workspace: ws });
 * if (report.outcome !== "passed" || report.counts.pass !== 1) throw new Error("a pass expected");
 * console.log(report);
 * await ws.close();
 * ```
 */
export async function runCi(definition: CiDefinition, options: RunCiOptions): Promise<CiReport> {
  requireCi(definition);
  requireOptions("runCi()", options, optionNames);
  const { clock = systemClock, filter = "", signal, onProgress, onTest } = options;
  const wanted = definition.tests.filter(({ name }) => name.toLowerCase().includes(filter.toLowerCase()));
  if (wanted.length === 0) throw nothingToRun(filter, definition.tests);
  const startedAtMs = clock.nowMs();
  const tests: CiTestReport[] = [];
  for (const test of wanted) {
    signal?.throwIfAborted();
    onProgress?.({ stage: test.name, done: tests.length, total: wanted.length, unit: "tests" });
    const report = await runTest(test, options, clock);
    tests.push(report);
    onTest?.(report);
  }
  signal?.throwIfAborted();
  const counts = { pass: 0, fail: 0, skip: 0, error: 0 };
  for (const { cases } of tests) for (const { outcome } of cases) counts[outcome] += 1;
  const failed = counts.fail + counts.error > 0 || counts.pass === 0;
  const report: CiReport = {
    kind: "ci-report",
    schema: 1,
    outcome: failed ? "failed" : "passed",
    startedAtMs,
    durationMs: clock.nowMs() - startedAtMs,
    counts,
    tests,
  };
  return printable(report, () => ciText(report));
}

async function runTest(test: CiTest, options: RunCiOptions, clock: Clock): Promise<CiTestReport> {
  const startedAtMs = clock.nowMs();
  const output: string[] = [];
  const cases = await casesOf(test, options, (line) => output.push(line));
  const { name, kind } = test;
  return { name, kind, outcome: worstOf(cases), startedAtMs, durationMs: clock.nowMs() - startedAtMs, cases, output };
}

async function casesOf(
  test: CiTest,
  { workspace: ws, signal, timeout }: RunCiOptions,
  log: (line: string) => void,
): Promise<readonly CiCaseReport[]> {
  const timeMs = durationMs(test.timeout ?? timeout ?? "10m");
  const timer = new AbortController();
  // Not AbortSignal.timeout: a process whose only test waits for nothing would end before that.
  const running = setTimeout(() => timer.abort(), Math.min(timeMs, longestTimerMs));
  const over = timer.signal;
  const own = signal === undefined ? over : AbortSignal.any([signal, over]);
  try {
    const cases = await Promise.race([test.run({ ws, signal: own, log }), rejectedBy(own)]);
    if (!Array.isArray(cases) || cases.length === 0) return [errorCase(test, "it answered no verdict")];
    return cases.map((one: CiCase) => reportOf(one, test));
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    if (over.aborted) return [errorCase(test, `it took longer than ${durationText(timeMs)}`)];
    return [thrownCase(test, error)];
  } finally {
    clearTimeout(running);
  }
}

/** Rejects when the signal is aborted, for tests that do not look at it. */
function rejectedBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    // A test may abort before it has answered its promise.
    if (signal.aborted) return reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

const known: ReadonlyMap<unknown, "pass" | "fail" | "unmeasured"> = new Map(
  (["pass", "fail", "unmeasured"] as const).map((outcome) => [outcome, outcome]),
);

function reportOf(one: CiCase, test: CiTest): CiCaseReport {
  const { name, outcome, reason, measured, bound } = one;
  const said = known.get(outcome);
  if (said === undefined) return errorCase(test, `a verdict of outcome ${JSON.stringify(outcome)}: ${String(reason)}`);
  return {
    name: String(name),
    outcome: said === "unmeasured" ? (test.unmeasured ?? "fail") : said,
    reason: outcome === "unmeasured" ? `not measured: ${reason}` : String(reason),
    ...(Number.isFinite(measured) && { measured: Number(measured) }),
    ...(Number.isFinite(bound) && { bound: Number(bound) }),
  };
}

/** A model test fails by throwing; everywhere else what is thrown is an error. */
function thrownCase(test: CiTest, error: unknown): CiCaseReport {
  const reason = error instanceof Error ? error.message : String(error);
  if (test.kind !== "model" || isSluiceError(error)) return errorCase(test, reason);
  return { name: test.name, outcome: "fail", reason };
}

function errorCase({ name }: CiTest, reason: string): CiCaseReport {
  return { name, outcome: "error", reason };
}

function worstOf(cases: readonly CiCaseReport[]): CiOutcome {
  const order = ["error", "fail", "pass"] as const;
  return order.find((outcome) => cases.some((one) => one.outcome === outcome)) ?? "skip";
}

function nothingToRun(filter: string, tests: readonly CiTest[]): SluiceError {
  return new SluiceError("argument/invalid", {
    found: `no test with ${JSON.stringify(filter)} in its name`,
    expected: `one of ${tests.map(({ name }) => JSON.stringify(name)).join(", ")}`,
    fix: "Change the filter: a run without tests says nothing.",
  });
}
