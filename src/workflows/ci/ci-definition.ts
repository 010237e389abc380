import type { Duration } from "../../core/duration.ts";
import { durationMs } from "../../core/duration.ts";
import { SluiceError } from "../../core/errors.ts";
import { requireArgument } from "../../core/known-arguments.ts";
import { type OptionNames, requireOptions } from "../../core/known-options.ts";
import type { Workspace, WorkspaceOptions } from "../../workspace.ts";

/** What a test gets. */
export interface CiContext {
  /** The workspace of the definition; a temporary one where it names none. */
  readonly ws: Workspace;
  /** Aborted when the test's time is over, or the run is stopped. */
  readonly signal: AbortSignal;
  /** Adds a line to the test's output in the report. */
  log(line: string): void;
}

/** One verdict. `unmeasured` = nothing could be said: it fails the run unless the test allows it. */
export interface CiCase {
  readonly name: string;
  readonly outcome: "pass" | "fail" | "unmeasured";
  /** Why, in one sentence with the numbers. */
  readonly reason: string;
  readonly measured?: number;
  readonly bound?: number;
}

/** How a test is run. */
export interface CiTestOptions {
  /** After that it has failed, and its signal is aborted. @default "10m" */
  readonly timeout?: Duration;
  /** What a case counts as of which nothing could be said: `fail`, or `skip`. @default "fail" */
  readonly unmeasured?: "fail" | "skip";
}

/** A test: made by `dataTest`, `modelTest`, `comparisonTest` or `gateTest`, or a plain object of one's own. */
export interface CiTest extends CiTestOptions {
  readonly name: string;
  readonly kind: string;
  /** Answers the verdicts, at least one. What it throws is an error of the test. */
  run(context: CiContext): Promise<readonly CiCase[]>;
}

/** What CI runs. */
export interface CiDefinition {
  /**
   * The workspace that tests look at: its folder, which must exist; the options to open it with; or what opens it.
   * @default a temporary one, empty, gone afterwards
   */
  readonly workspace?: string | WorkspaceOptions | (() => Promise<Workspace>);
  /** At least one, of different names. */
  readonly tests: readonly CiTest[];
}

/**
 * What `npx sluice ci` runs: the default export of a `sluice.ci.ts`. Errors: `definition/invalid` for no test, tests of one name, or a test that is none.
 *
 * @example
 * ```ts
 * import { completeness, dataset, rowsSource } from "sluice";
 * import { dataTest, defineCi, modelTest } from "sluice/workflows";
 * import { z } from "zod";
 * const trips = dataset("trips", { schema: z.object({ id: z.number(), at: z.date(), km: z.number().positive() }), eventTime: "at",
 *   checks: [completeness("km", { atLeast: 0.98 })] });
 * const rows = [{ id: 1, at: new Date(0), km: 3 }];
 * const ci = defineCi({ tests: [
 *   dataTest("trips are sound", trips, rowsSource(rows)),
 *   modelTest("a longer trip costs more", () => {
 *     const price = (km: number): number => 2 + 1.5 * km;
 *     if (!(price(3) < price(4))) throw new Error("4 km cost no more than 3");
 *   }),
 * ] });
 * if (ci.tests.length !== 2) throw new Error("two tests expected"); // export default defineCi(…)
 * ```
 */
export function defineCi(definition: CiDefinition): CiDefinition {
  requireCi(definition);
  return definition;
}

/** Says what is wrong with a definition: what a file exports may be anything. Errors: `definition/invalid`. */
export function requireCi(definition: unknown): asserts definition is CiDefinition {
  const tests: unknown =
    typeof definition === "object" && definition !== null ? Reflect.get(definition, "tests") : undefined;
  if (!Array.isArray(tests)) throw invalid("no list of tests", "defineCi({ tests: […] }) as the default export");
  if (tests.length === 0) throw invalid("no test", "at least one: a run without tests says nothing");
  const names = new Set<string>();
  for (const [i, test] of tests.entries()) {
    const { name, kind, run, timeout, unmeasured } = Object(test) as Partial<CiTest>;
    if (typeof name !== "string" || name.trim() === "" || typeof kind !== "string" || typeof run !== "function")
      throw invalid(`test ${i + 1}, which is no test`, "what dataTest, modelTest, comparisonTest or gateTest returns");
    if (names.has(name)) throw invalid(`two tests named "${name}"`, "a name of its own for each");
    if (unmeasured !== undefined && unmeasured !== "fail" && unmeasured !== "skip")
      throw invalid(`unmeasured: ${JSON.stringify(unmeasured)} of "${name}"`, '"fail" or "skip"');
    if (timeout !== undefined) durationMs(timeout);
    names.add(name);
  }
}

function invalid(found: string, expected: string): SluiceError {
  return new SluiceError("definition/invalid", {
    found: `a CI definition with ${found}`,
    expected,
    fix: "See docs/guide/continuous-integration.md.",
  });
}

/** The options of every test. */
export const ciTestNames: OptionNames<CiTestOptions> = { timeout: "optional", unmeasured: "optional" };

/** Refuses a test without a name, or other options than it has. Errors: `definition/invalid`. */
export function requireCiTest(
  kind: string,
  name: unknown,
  options: unknown,
  names: { readonly [name: string]: "optional" | "required" } = ciTestNames,
): void {
  requireArgument(kind, "name", name, "text", "definition/invalid");
  requireOptions(kind, options, names, "definition/invalid");
}
