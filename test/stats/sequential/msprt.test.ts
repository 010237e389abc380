import fc from "fast-check";
import { expect, test } from "vitest";
import { msprt } from "../../../src/stats/sequential/msprt.ts";
import { MsprtProcess } from "../../../src/stats/sequential/msprt-process.ts";
import { computed, reasonOf } from "../computed.ts";
import { relativeError } from "../relative-error.ts";
import { everExcludedShare, peekedExperiments } from "./peeked-experiments.ts";

const at = { value: 0.3, standardError: 0.1, n: 500, m: 500, events: 100 };

test("the mixture likelihood ratio by hand, and by integrating over the effects", () => {
  const tau2 = 0.04;
  const v = 0.01;
  const found = computed(msprt(at, { mixtureVariance: tau2 }));
  const byHand = Math.sqrt(v / (v + tau2)) * Math.exp((tau2 * 0.09) / (2 * v * (v + tau2)));
  expect(relativeError(Math.exp(found.logE), byHand)).toBeLessThan(1e-13);
  expect(relativeError(found.pValue, 1 / byHand)).toBeLessThan(1e-13);
  const half = Math.sqrt(((2 * v * (v + tau2)) / tau2) * (Math.log(20) + Math.log((v + tau2) / v) / 2));
  expect(relativeError(found.lower, 0.3 - half)).toBeLessThan(1e-12);
  expect(relativeError(found.upper, 0.3 + half)).toBeLessThan(1e-12);
  const sides = { greater: [0, 4], less: [-4, 0], "two-sided": [-4, 4] } as const;
  for (const alternative of ["greater", "less", "two-sided"] as const) {
    const [from, to] = sides[alternative];
    let sum = 0;
    const steps = 40_000;
    for (let i = 0; i < steps; i++) {
      const effect = from + ((i + 0.5) / steps) * (to - from);
      const prior = Math.exp(-(effect ** 2) / (2 * tau2)) / Math.sqrt(2 * Math.PI * tau2);
      sum += prior * Math.exp((effect * 0.3 - effect ** 2 / 2) / v);
    }
    const mass = ((to - from) / steps) * sum * (alternative === "two-sided" ? 1 : 2);
    const { logE } = computed(msprt(at, { mixtureVariance: tau2, alternative }));
    expect(Math.abs(Math.expm1(logE - Math.log(mass)))).toBeLessThan(1e-5);
  }
});

test("the default mixture is a tenth of a row's standard deviation, whatever the units and shares", () => {
  const sd = 7;
  for (const [n, m] of [
    [500, 500],
    [9000, 1000],
  ] as const) {
    const standardError = sd * Math.sqrt(1 / n + 1 / m);
    expect(relativeError(computed(msprt({ ...at, n, m, standardError })).mixtureVariance, 0.49)).toBeLessThan(1e-13);
  }
  const mean = computed(msprt({ value: 1, standardError: sd / 20, n: 400, events: 400 }));
  expect(relativeError(mean.mixtureVariance, 0.49)).toBeLessThan(1e-13);
});

test("the interval is the set of effects that the test does not reject", () => {
  const looks = fc.record({
    value: fc.double({ min: -3, max: 3, noNaN: true }),
    standardError: fc.double({ min: 0.01, max: 2, noNaN: true }),
    n: fc.integer({ min: 1, max: 1e9 }),
    m: fc.integer({ min: 1, max: 1e9 }),
    events: fc.constant(10),
  });
  const sides = fc.constantFrom("two-sided", "greater", "less");
  fc.assert(
    fc.property(looks, sides, fc.double({ min: 0.01, max: 0.999, noNaN: true }), (look, alternative, confidence) => {
      const { lower, upper } = computed(msprt(look, { alternative, confidence }));
      for (const end of [lower, upper]) {
        if (!Number.isFinite(end)) continue;
        const { logE } = computed(msprt({ ...look, value: look.value - end }, { alternative, confidence }));
        expect(Math.abs(logE + Math.log(1 - confidence))).toBeLessThan(1e-8);
      }
      expect(lower === -Infinity).toBe(alternative === "less");
      expect(upper === Infinity).toBe(alternative === "greater");
    }),
    { seed: 31 },
  );
});

test("one-sided evidence against a large contrary effect stays finite and falls on", () => {
  let last = Number.POSITIVE_INFINITY;
  for (const value of [3, 0, -3, -30, -36.9, -37.1, -300, -1e200].map((z) => z / 10)) {
    const found = computed(msprt({ ...at, value }, { alternative: "greater", mixtureVariance: 1e6 }));
    expect(Number.isFinite(found.logE)).toBe(true);
    expect(found.logE).toBeLessThan(last);
    last = found.logE;
  }
});

test("peeked at all the way, it holds its rate with rare and with common events", () => {
  const rare = peekedExperiments("rare", 300, { share: 0.1, rate: 0.004, rows: 20_000, looks: 80 });
  const common = peekedExperiments("common", 300, { share: 0.3, rate: 0.2, rows: 8000, looks: 80 });
  for (const experiments of [rare, common]) {
    for (const alternative of ["two-sided", "greater", "less"] as const) {
      const share = everExcludedShare(experiments, (look) => msprt(look, { alternative }));
      expect(share).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt(0.0475 / 300));
    }
  }
  expect(everExcludedShare(rare, (look) => msprt(look, { minimumEvents: 0 }))).toBeGreaterThan(0.2);
});

test("a process keeps the smallest p-value, and its bytes keep the process", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { maxLength: 20 }), (values) => {
      const options = { alternative: "greater", confidence: 0.9, minimumEvents: 3 } as const;
      let process = new MsprtProcess(options);
      let smallest = 1;
      for (const value of values) {
        const alone = computed(msprt({ ...at, value }, options));
        smallest = Math.min(smallest, alone.pValue);
        const found = computed(process.look({ ...at, value }));
        expect(found.pValue).toBe(process.pValue);
        expect(relativeError(process.pValue, smallest)).toBeLessThan(1e-14);
        expect({ ...found, pValue: 0 }).toEqual({ ...alone, pValue: 0 });
        process = MsprtProcess.fromBytes(process.toBytes());
      }
      expect(process.looks).toBe(values.length);
    }),
    { seed: 32 },
  );
  const waiting = new MsprtProcess();
  expect(reasonOf(waiting.look({ ...at, events: 0 }))).toBe("too-few");
  expect([waiting.looks, waiting.pValue]).toEqual([0, 1]);
});

test("bytes that no process wrote are refused", () => {
  const bytes = new MsprtProcess({ mixtureVariance: 2 }).toBytes();
  expect(MsprtProcess.fromBytes(bytes).toBytes()).toEqual(bytes);
  for (let i = 0; i < bytes.length; i++) {
    const damaged = bytes.slice();
    damaged[i] = (damaged[i] as number) ^ 1;
    expect(() => MsprtProcess.fromBytes(damaged)).toThrowError(/argument\/invalid/);
  }
  expect(() => MsprtProcess.fromBytes(bytes.subarray(0, 20))).toThrowError(/argument\/invalid/);
});

test("without events or variation it says so; impossible numbers are refused", () => {
  expect(reasonOf(msprt({ ...at, events: 9 }))).toBe("too-few");
  expect(reasonOf(msprt({ ...at, standardError: 0 }))).toBe("constant");
  expect(reasonOf(msprt({ ...at, standardError: 1e308 }))).toBe("infinite");
  expect(reasonOf(msprt({ ...at, standardError: 1e200 }, { mixtureVariance: 1e-200 }))).toBe("infinite");
  expect(computed(msprt({ ...at, value: 1e300, standardError: 1e-200 })).pValue).toBe(0);
  for (const bad of [{ mixtureVariance: 0 }, { mixtureVariance: Infinity }, { alternative: "up" as "less" }]) {
    expect(() => msprt(at, bad)).toThrowError(/argument\/invalid/);
    expect(() => new MsprtProcess(bad)).toThrowError(/argument\/invalid/);
  }
  expect(() => msprt({ ...at, value: Infinity })).toThrowError(/argument\/invalid/);
  expect(() => msprt({ ...at, standardError: Number.NaN })).toThrowError(/argument\/invalid/);
});
