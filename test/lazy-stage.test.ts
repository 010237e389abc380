import { expect, test } from "vitest";
import { lazyStage } from "../src/lazy-stage.ts";

interface Stage {
  double(x: number): Promise<number>;
}

test("a stage is loaded at its first call, not by being looked at, awaited or put into JSON", async () => {
  let loads = 0;
  const stage = lazyStage<Stage>("stage", async () => {
    loads++;
    return { double: async (x) => 2 * x };
  });
  expect(JSON.stringify({ stage: await stage })).toBe('{"stage":{}}');
  expect(String(stage)).toBe("stage of a workspace, loaded at its first use");
  expect(loads).toBe(0);
  expect(await stage.double(4)).toBe(8);
  expect(loads).toBe(1);
});

test("what the stage cannot do is argument/invalid", async () => {
  const stage: Stage & { triple?(x: number): Promise<number> } = lazyStage<Stage>("stage", async () => ({
    double: async (x) => 2 * x,
  }));
  await expect(stage.triple?.(4)).rejects.toMatchObject({ code: "argument/invalid" });
});

test("a stream loads the stage when its first item is asked for, and ends the stage's own when it is left", async () => {
  interface Counter {
    count(to: number): AsyncIterable<number>;
    double(x: number): Promise<number>;
  }
  let loads = 0;
  let ended = false;
  const stage = lazyStage<Counter>("stage", async () => {
    loads++;
    return {
      double: async (x) => 2 * x,
      count: async function* (to) {
        try {
          for (let i = 0; i < to; i++) yield i;
        } finally {
          ended = true;
        }
      },
    };
  }, ["count"]);
  const stream = stage.count(5);
  expect(loads).toBe(0);
  const seen: number[] = [];
  for await (const i of stream) {
    seen.push(i);
    if (i === 2) break;
  }
  expect({ seen, loads, ended }).toEqual({ seen: [0, 1, 2], loads: 1, ended: true });
});

test("a stream of a stage that cannot be loaded throws when it is read", async () => {
  const stage = lazyStage<{ count(): AsyncIterable<number> }>("stage", async () => {
    throw new Error("closed");
  }, ["count"]);
  const read = async (): Promise<void> => {
    for await (const _ of stage.count()) expect.fail("nothing can come");
  };
  await expect(read()).rejects.toThrow("closed");
});
