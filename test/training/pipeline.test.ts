import { expect, expectTypeOf, test } from "vitest";
import { pipeline } from "../../src/training/pipelines/pipeline.ts";
import { step } from "../../src/training/pipelines/step.ts";

test("steps come in an order in which each follows what it needs, whatever the order they were given in", () => {
  const load = step({ name: "load", run: () => 1 });
  const clean = step({ name: "clean", needs: [load], run: (_, inputs) => inputs.load + 1 });
  const train = step({ name: "train", needs: [clean, load], run: (_, inputs) => inputs.clean + inputs.load });
  const forwards = pipeline("p", [load, clean, train]);
  expect(forwards.steps.map(({ name }) => name)).toEqual(["load", "clean", "train"]);
  expect(pipeline("p", [train, clean, load]).digest).toBe(forwards.digest);
  expect(pipeline("q", [train, clean, load]).digest).not.toBe(forwards.digest);
});

test("inputs are typed by the steps that are needed", () => {
  const load = step({ name: "load", run: () => ({ rows: 3 }) });
  step({
    name: "next",
    needs: [load, "other"],
    run: (_, inputs) => {
      expectTypeOf(inputs.load).toEqualTypeOf<{ rows: number }>();
      expectTypeOf(inputs.other).not.toBeAny();
      // @ts-expect-error a step that is not needed gives no input
      expectTypeOf(inputs.unknown);
      return null;
    },
  });
  // @ts-expect-error an output is JSON
  step({ name: "bad", run: () => new Date(0) });
  expect(load.needs).toEqual([]);
});

test("a cycle is refused and named", () => {
  const steps = [
    step({ name: "a", needs: ["c"], run: () => 1 }),
    step({ name: "b", needs: ["a"], run: () => 1 }),
    step({ name: "c", needs: ["b"], run: () => 1 }),
  ];
  expect(() => pipeline("round", steps)).toThrow(
    expect.objectContaining({ code: "pipeline/cycle", message: expect.stringContaining("a → c → b → a") }),
  );
  const self = step({ name: "self", needs: ["self"], run: () => 1 });
  expect(() => pipeline("self", [self])).toThrow(expect.objectContaining({ code: "pipeline/cycle" }));
});

test("doubled names, unknown needs, no steps and bad options are refused", () => {
  const a = step({ name: "a", run: () => 1 });
  const lost = step({ name: "b", needs: ["nowhere"], run: () => 1 });
  for (const define of [
    () => pipeline("p", [a, a]),
    () => pipeline("p", [a, lost]),
    () => pipeline("p", []),
    () => pipeline("", [a]),
    () => step({ name: "", run: () => 1 }),
    () => step({ name: "x", retries: -1, run: () => 1 }),
    () => step({ name: "x", retries: 1.5, run: () => 1 }),
    () => step({ name: "x", backoffMs: Number.NaN, run: () => 1 }),
  ]) {
    expect(define).toThrow(expect.objectContaining({ code: "definition/invalid" }));
  }
});
