import { requireArgument } from "../../core/known-arguments.ts";
import { type CiCase, type CiContext, type CiTest, type CiTestOptions, requireCiTest } from "./ci-definition.ts";

/**
 * A test of a model's behaviour: what it answers to cases that people thought of (an invariance, a direction, a least share of right answers). It has passed when the
 * function returns nothing, or verdicts that pass; what it throws is its failure.
 *
 * @example
 * ```ts
 * import { modelTest } from "sluice/workflows";
 * const test = modelTest("the order of requests changes nothing", async ({ log }) => {
 *   log("three orders tried");
 *   return { name: "orders", outcome: "pass", reason: "equal to the bit" };
 * });
 * if (test.kind !== "model") throw new Error("a model test expected");
 * ```
 */
export function modelTest(
  name: string,
  test: (
    context: CiContext,
  ) => undefined | CiCase | readonly CiCase[] | Promise<undefined | CiCase | readonly CiCase[]>,
  options: CiTestOptions = {},
): CiTest {
  requireCiTest("modelTest()", name, options);
  requireArgument("modelTest()", "test", test, "function", "definition/invalid");
  return {
    ...options,
    name,
    kind: "model",
    run: async (context) => {
      const answer = await test(context);
      if (answer === undefined) return [{ name, outcome: "pass", reason: "nothing was thrown" }];
      return isList(answer) ? answer : [answer];
    },
  };
}

function isList(answer: CiCase | readonly CiCase[]): answer is readonly CiCase[] {
  return Array.isArray(answer);
}
