import { expect, test } from "vitest";
import { lazyStage } from "../src/lazy-stage.ts";

interface Stage {
  double(x: number): Promise<number>;
}

test("a stage is loaded at its first call, not by being looked at, awaited or put into JSON", async () => {
  let loads = 0;
  const stage = lazyStage<Stage>(async () => {
    loads++;
    return { double: async (x) => 2 * x };
  });
  expect(JSON.stringify({ stage: await stage })).toBe('{"stage":{}}');
  expect(String(stage)).toBe("[object Object]");
  expect(loads).toBe(0);
  expect(await stage.double(4)).toBe(8);
  expect(loads).toBe(1);
});

test("what the stage cannot do is argument/invalid", async () => {
  const stage: Stage & { triple?(x: number): Promise<number> } = lazyStage<Stage>(async () => ({
    double: async (x) => 2 * x,
  }));
  await expect(stage.triple?.(4)).rejects.toMatchObject({ code: "argument/invalid" });
});
