import { expect, test } from "vitest";
import { seededRandom } from "../../src/core/random.ts";

const draws = 20_000;

test("a seed names one stream; a number and its text are the same seed, others are not", () => {
  const first = (seed: number | string): number[] => Array.from({ length: 5 }, seededRandom(seed).next);
  expect(first(7)).toEqual(first("7"));
  expect(first(7)).not.toEqual(first(8));
});

test("a fork depends on seed and name alone, and moves nothing", () => {
  const random = seededRandom("run");
  const fork = random.fork("shuffle").uint32();
  random.next();
  expect(random.fork("shuffle").uint32()).toBe(fork);
  expect(random.fork("weights").uint32()).not.toBe(fork);
  const plain = seededRandom("run");
  plain.next();
  expect(random.next()).toBe(plain.next());
});

test("uniform draws: mean, variance and every tenth within five standard errors", () => {
  const { next } = seededRandom("uniform");
  const values = Array.from({ length: draws }, next);
  for (const value of values) expect(value >= 0 && value < 1).toBe(true);
  const mean = values.reduce((sum, value) => sum + value, 0) / draws;
  expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / draws));
  const tenths = new Array<number>(10).fill(0);
  for (const value of values) tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
  for (const count of tenths) expect(Math.abs(count - draws / 10)).toBeLessThan(5 * Math.sqrt(draws * 0.09));
});

test("normal draws: mean 0, variance 1, kurtosis 3 within five standard errors", () => {
  const { normal } = seededRandom("normal");
  const values = Array.from({ length: draws }, normal);
  const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / draws;
  expect(Math.abs(moment(1))).toBeLessThan(5 / Math.sqrt(draws));
  expect(Math.abs(moment(2) - 1)).toBeLessThan(5 * Math.sqrt(2 / draws));
  expect(Math.abs(moment(4) - 3)).toBeLessThan(5 * Math.sqrt(96 / draws));
});

test("a shuffle keeps every item, and puts each of three in each place equally often", () => {
  const random = seededRandom("shuffle");
  expect([...random.shuffle(Int32Array.from({ length: 100 }, (_, i) => i))].sort((a, b) => a - b)).toEqual(
    Array.from({ length: 100 }, (_, i) => i),
  );
  const orders = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = random.shuffle(["a", "b", "c"]).join("");
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  expect(orders.size).toBe(6);
  for (const count of orders.values()) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt((6000 * 5) / 36));
});
