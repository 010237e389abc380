import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { absoluteChange } from "../../../src/data/anomalies/absolute-change.ts";
import type { AnomalyStrategy } from "../../../src/data/anomalies/anomaly-strategy.ts";
import { fitHoltWinters } from "../../../src/data/anomalies/fit-holt-winters.ts";
import { holtWinters } from "../../../src/data/anomalies/holt-winters.ts";
import { predictionInterval } from "../../../src/data/anomalies/prediction-interval.ts";
import { relativeChange } from "../../../src/data/anomalies/relative-change.ts";
import { robustInterval } from "../../../src/data/anomalies/robust-interval.ts";
import { binomialCdf, binomialSf } from "../../../src/stats/distributions/binomial.ts";

const noise = (seed: string, n: number, sd = 1, mean = 100): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: n }, () => mean + sd * random.normal());
};
const week = noise("week", 7);
const outcomeOf = (strategy: AnomalyStrategy, history: readonly number[], value: number): string =>
  strategy.judge(history, value).outcome;

const all: readonly AnomalyStrategy[] = [
  absoluteChange({ maxIncrease: 20, maxDecrease: 20 }),
  relativeChange({ maxIncrease: 0.2, maxDecrease: 0.2 }),
  predictionInterval(),
  robustInterval(),
];

test("a 10,000-fold spike as the 8th value is caught, and does not widen or move later bounds", () => {
  for (const strategy of all) {
    expect(outcomeOf(strategy, week, 1_000_000), strategy.strategy).toBe("anomaly");
    const later = [...week, 1_000_000, 101];
    expect(outcomeOf(strategy, later, 99), strategy.strategy).toBe("normal");
    expect(outcomeOf(strategy, later, 150), strategy.strategy).toBe("anomaly");
    expect(outcomeOf(strategy, [...later, 1_000_000], 1_000_000), strategy.strategy).toBe("anomaly");
  }
  const learnt = predictionInterval({ anomalies: "keep" });
  expect(outcomeOf(learnt, [...week, 1_000_000], 150)).toBe("normal");
});

test("a new level is learnt after five values in a row, not earlier", () => {
  for (const strategy of all) {
    const levels = (n: number): number[] => [...week, ...noise("new level", n, 1, 500)];
    expect(outcomeOf(strategy, levels(4), 500), strategy.strategy).toBe("anomaly");
    // The robust interval needs seven values to judge by.
    expect(outcomeOf(strategy, levels(7), 500), strategy.strategy).toBe("normal");
    expect(outcomeOf(strategy, levels(7), 100), strategy.strategy).toBe("anomaly");
  }
});

test("too short a history is said to be so, and nothing is made up", () => {
  const cases: [AnomalyStrategy, number][] = [
    [absoluteChange({ maxIncrease: 1 }), 1],
    [relativeChange({ maxDecrease: 1 }), 1],
    [predictionInterval(), 5],
    [predictionInterval({ minHistory: 2 }), 2],
    [robustInterval(), 7],
    [holtWinters({ period: 7 }), 21],
    [holtWinters({ period: 2 }), 10],
  ];
  for (const [strategy, needed] of cases) {
    const values = noise("history", needed);
    expect(strategy.judge(values.slice(1), 100), strategy.strategy).toMatchObject({
      outcome: "insufficientHistory",
      value: 100,
      expected: undefined,
      lower: undefined,
      upper: undefined,
    });
    expect(outcomeOf(strategy, values, 100), strategy.strategy).not.toBe("insufficientHistory");
  }
});

test("the prediction interval is Student's, computed without the value", () => {
  // R: x <- c(10, 12, 9, 11, 13); predict(lm(x ~ 1), interval = "prediction", level = 0.95)[1, ]
  const found = predictionInterval({ confidence: 0.95 }).judge([10, 12, 9, 11, 13], 4);
  expect(found).toMatchObject({ outcome: "anomaly", expected: 11, confidence: 0.95 });
  expect(found.lower).toBeCloseTo(11 - 2.7764451051977987 * Math.sqrt(2.5) * Math.sqrt(1.2), 9);
  expect(found.upper).toBeCloseTo(11 + 2.7764451051977987 * Math.sqrt(2.5) * Math.sqrt(1.2), 9);
});

test("relative change divides by nothing: zeros, and values about zero", () => {
  const strategy = relativeChange({ maxIncrease: 0.5, maxDecrease: 0.5 });
  expect(
    [strategy.judge([0], 0), strategy.judge([0], 1e-9), strategy.judge([-10], -14)].map(({ outcome }) => outcome),
  ).toEqual(["normal", "anomaly", "normal"]);
  expect(outcomeOf(relativeChange({ maxIncrease: 0.5, floor: 10 }), [0], 4)).toBe("normal");
  expect(outcomeOf(relativeChange({ maxIncrease: 0.5 }), [10], 0)).toBe("normal");
});

test("values that never varied allow no difference but the stated one, and none for rounding", () => {
  for (const make of [predictionInterval, robustInterval]) {
    const same = Array.from({ length: 9 }, () => 0.1);
    expect(outcomeOf(make(), same, 0.1)).toBe("normal");
    expect(outcomeOf(make(), same, 0.11)).toBe("anomaly");
    expect(outcomeOf(make({ minEffect: 0.02 }), same, 0.11)).toBe("normal");
  }
});

test("the robust interval holds when four of nine values are spikes", () => {
  const spiky = [100, 9000, 101, 99, 8000, 102, 7000, 98, 9500];
  const strategy = robustInterval({ anomalies: "keep", confidence: 0.95 });
  expect(outcomeOf(strategy, spiky, 20_000)).toBe("anomaly");
  expect(outcomeOf(strategy, spiky, 100)).toBe("normal");
});

/** How often calm noise is called an anomaly, over series that grow value by value. */
function alarms(strategy: AnomalyStrategy, label: string, series: number, from: number, to: number): [number, number] {
  let judged = 0;
  let found = 0;
  for (let run = 0; run < series; run++) {
    const values = noise(`${label} ${run}`, to);
    for (let n = from; n < to; n++) {
      const { outcome } = strategy.judge(values.slice(0, n), values[n] ?? Number.NaN);
      judged++;
      if (outcome === "anomaly") found++;
    }
  }
  return [found, judged];
}

test("on white noise the false alarms are what the confidence says", () => {
  // Two-sided binomial bounds at 1e-4 about the stated rate; `slack` is how far the approximate ones may be off.
  const cases: [AnomalyStrategy, number, number, number, number][] = [
    [predictionInterval({ confidence: 0.95 }), 0.05, 100, 5, 1.05],
    [predictionInterval({ confidence: 0.99 }), 0.01, 200, 5, 1.05],
    [predictionInterval({ confidence: 0.99, anomalies: "keep" }), 0.01, 200, 5, 1],
    [robustInterval({ confidence: 0.95 }), 0.05, 100, 7, 1.1],
    [robustInterval({ confidence: 0.99 }), 0.01, 200, 7, 1.1],
  ];
  for (const [strategy, rate, series, from, slack] of cases) {
    const [found, judged] = alarms(strategy, strategy.strategy, series, from, from + 30);
    const text = `${strategy.strategy} at ${rate}: ${found} of ${judged}`;
    expect(binomialSf(found - 1, judged, rate * slack), text).toBeGreaterThan(1e-4);
    expect(binomialCdf(found, judged, rate / slack), text).toBeGreaterThan(1e-4);
  }
});

const seasonal = (seed: string, days: number, trend = 1): number[] =>
  noise(seed, days, 5, 0).map((error, day) => 1000 + trend * day + (day % 7 < 5 ? 0 : -600) + error);

test("the seasonal strategy knows the weekday, the trend and its own error", () => {
  const strategy = holtWinters({ period: 7 });
  const series = seasonal("shop", 42);
  expect(strategy.judge(series, 1042)).toMatchObject({ outcome: "normal", confidence: 0.999 });
  expect(strategy.judge(series, 442).outcome).toBe("anomaly");
  expect(strategy.judge(series.slice(0, 40), 440).outcome).toBe("normal");
  expect(strategy.judge(series.slice(0, 40), 1040).outcome).toBe("anomaly");
  const { expected } = strategy.judge(series, 1042);
  expect(Math.abs((expected ?? 0) - 1042)).toBeLessThan(15);
  expect(strategy.judge(series, 1042)).toEqual(strategy.judge(series, 1042));
});

test("a spike anywhere in a seasonal history, its first season included, changes the bounds little", () => {
  const series = seasonal("spikes", 42);
  const strategy = holtWinters({ period: 7 });
  const clean = strategy.judge(series, 1042);
  for (const at of [0, 3, 9, 20, 33, 41]) {
    const spiked = series.with(at, 10_000_000);
    const found = strategy.judge(spiked, 1042);
    expect(found.outcome, `spike at ${at}`).toBe("normal");
    expect((found.upper ?? 0) - (found.lower ?? 0)).toBeLessThan(2 * ((clean.upper ?? 0) - (clean.lower ?? 0)));
    expect(strategy.judge(spiked, 1400).outcome, `spike at ${at}`).toBe("anomaly");
  }
  expect(outcomeOf(holtWinters({ period: 7, anomalies: "keep" }), series.with(33, 10_000_000), 1400)).toBe("normal");
});

test("seasonal false alarms on noise with a season are near what the confidence says", () => {
  let found = 0;
  const runs = 400;
  for (let run = 0; run < runs; run++) {
    const values = seasonal(`season ${run}`, 50);
    if (holtWinters({ period: 7, confidence: 0.95 }).judge(values.slice(0, 49), values[49] ?? 0).outcome === "anomaly")
      found++;
  }
  expect(binomialSf(found - 1, runs, 0.05 * 1.2), `${found} of ${runs}`).toBeGreaterThan(1e-4);
  expect(binomialCdf(found, runs, 0.05 / 1.2), `${found} of ${runs}`).toBeGreaterThan(1e-4);
});

test("the fit stays in its bounds, is exact on an exact series, and follows a level that wanders", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 2, max: 6 }), (seed, period) => {
      const random = seededRandom(seed);
      const season = Array.from({ length: period }, () => 10 * random.normal());
      const exact = Float64Array.from({ length: period * 6 }, (_, t) => 5 * t + (season[t % period] ?? 0));
      const onLine = fitHoltWinters(exact, period);
      expect(onLine.forecast).toBeCloseTo(5 * exact.length + (season[0] ?? 0), 6);
      expect(onLine.sd).toBeLessThan(1e-6);
      let level = 0;
      const wandering = exact.map((value) => {
        level += 20 * random.normal();
        return value + level;
      });
      for (const constant of fitHoltWinters(wandering, period).constants)
        expect(constant >= 0 && constant <= 1).toBe(true);
    }),
    { seed: 6, numRuns: 50 },
  );
  const random = seededRandom("walk");
  let level = 0;
  const walk = Float64Array.from({ length: 400 }, (_, t) => {
    level += random.normal();
    return level + (t % 4);
  });
  expect(fitHoltWinters(walk, 4).constants[0]).toBeGreaterThan(0.7);
  const still = Float64Array.from({ length: 400 }, (_, t) => random.normal() + (t % 4));
  expect(fitHoltWinters(still, 4).constants[0]).toBeLessThan(0.15);
});

test("what cannot be judged is refused", () => {
  for (const make of [
    () => absoluteChange({}),
    () => absoluteChange({ maxIncrease: -1 }),
    () => relativeChange({}),
    () => relativeChange({ maxDecrease: Number.NaN }),
    () => predictionInterval({ confidence: 1 }),
    () => predictionInterval({ minHistory: 1 }),
    () => predictionInterval({ window: 3 }),
    () => robustInterval({ minHistory: 6 }),
    () => holtWinters({ period: 1 }),
    () => holtWinters(JSON.parse("{}")),
    () => absoluteChange(JSON.parse('{ "maxIncrease": 1, "anomalies": "drop" }')),
    () => absoluteChange({ maxIncrease: 1, relearnAfter: 1 }),
    () => predictionInterval().judge([1, 2, Number.NaN, 3, 4], 1),
    () => holtWinters({ period: 7 }).judge([], Number.POSITIVE_INFINITY),
  ])
    expect(make, make.toString()).toThrowError(/argument\/invalid/);
});
