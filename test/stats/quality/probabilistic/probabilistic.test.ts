import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../../src/core/random.ts";
import { brierDecomposition, sharpness } from "../../../../src/stats/quality/probabilistic/brier-decomposition.ts";
import { crpsEnsemble, crpsNormal } from "../../../../src/stats/quality/probabilistic/crps.ts";
import { debiasedCalibrationError } from "../../../../src/stats/quality/probabilistic/debiased-calibration-error.ts";
import { logisticRecalibration } from "../../../../src/stats/quality/probabilistic/logistic-recalibration.ts";
import { brierScore, logLoss } from "../../../../src/stats/quality/probabilistic/probability-losses.ts";
import { ReliabilityBins } from "../../../../src/stats/quality/probabilistic/reliability-bins.ts";
import { calibrationError, reliabilityCurve } from "../../../../src/stats/quality/probabilistic/reliability-curve.ts";
import { spiegelhalterTest } from "../../../../src/stats/quality/probabilistic/spiegelhalter-test.ts";
import { wilsonInterval } from "../../../../src/stats/quality/wilson-interval.ts";
import { computed, reasonOf } from "../../computed.ts";
import { columns, labelledRows, wholeAndParts } from "../draws.ts";

test("scikit-learn's calibration curve, with Wilson's intervals", () => {
  const labels = [0, 0, 0, 0, 1, 1, 1, 1, 1];
  const said = [0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1];
  const curve = computed(reliabilityCurve(said, labels, { bins: 3, confidence: 0.9 }));
  expect(curve.map((bin) => bin.observed.value)).toEqual([0, 0.5, 1]);
  expect(curve.map((bin) => Number(bin.meanProbability.toFixed(12)))).toEqual([0.2, 0.525, 0.85]);
  expect(curve[1]?.observed).toEqual(wilsonInterval({ successes: 1, trials: 2 }, { confidence: 0.9 }));
  expect(computed(calibrationError(said, labels, { bins: 3 })).ece).toBeCloseTo(
    (3 * 0.2 + 2 * 0.025 + 4 * 0.15) / 9,
    14,
  );
});

test("Spiegelhalter's z and the debiased calibration error by scipy and numpy; what they cannot tell", () => {
  const said = [0.1, 0.2, 0.35, 0.4, 0.55, 0.6, 0.7, 0.8, 0.9, 0.95];
  const labels = [0, 0, 1, 0, 1, 0, 1, 1, 1, 0];
  const found = computed(spiegelhalterTest(said, labels));
  expect(found.z).toBeCloseTo(0.8943055250548517, 13);
  expect(found.pValue).toBeCloseTo(0.37115844463586845, 13);
  expect(debiasedCalibrationError(said, labels, { bins: 2 })).toBe(0);
  const rough = [0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.2, 0.2, 0.2, 0.2];
  expect(debiasedCalibrationError(rough, [0, 0, 1, 0, 1, 0, 1, 1, 0, 1], { bins: 2 })).toBeCloseTo(
    0.5118593556827891,
    13,
  );
  expect(reasonOf(spiegelhalterTest([0, 0.5, 1], [0, 1, 1]))).toBe("zero-denominator");
  expect(reasonOf(spiegelhalterTest([], []))).toBe("empty");
  expect(reasonOf(spiegelhalterTest([Number.NaN], [1]))).toBe("nan");
  expect(reasonOf(debiasedCalibrationError([0.1, 0.9], [0, 1], { bins: 2 }))).toBe("too-few");
  expect(() => spiegelhalterTest([0.5], [2])).toThrowError(/argument\/invalid/);
});

test("Spiegelhalter's test rejects right probabilities at its level, the debiased error is 0 on average of them", () => {
  const random = seededRandom("right");
  let [rejected, squares] = [0, 0];
  for (let i = 0; i < 1000; i++) {
    const said = Float64Array.from({ length: 100 }, () => random.next());
    const labels = said.map((p) => (random.next() < p ? 1 : 0));
    if (computed(spiegelhalterTest(said, labels)).pValue < 0.05) rejected++;
    const plain = computed(reliabilityCurve(said, labels, { bins: 5 })).reduce(
      (sum, bin) => sum + (bin.rows / 100) * (bin.meanProbability - bin.observed.value) ** 2,
      0,
    );
    squares += Number(debiasedCalibrationError(said, labels, { bins: 5 })) ** 2 / plain / 1000;
  }
  expect(Math.abs(rejected / 1000 - 0.05)).toBeLessThan(3 * Math.sqrt((0.05 * 0.95) / 1000));
  expect(squares).toBeLessThan(0.4);
});

test("Murphy's identity holds, parts of the bins merge to the bit", () => {
  fc.assert(
    fc.property(labelledRows, fc.integer({ min: 1, max: 12 }), (rows, bins) => {
      const [said, labels] = columns(rows);
      const [whole, merged] = wholeAndParts(
        rows,
        (part) => {
          const counter = new ReliabilityBins({ bins });
          counter.addAll(...columns(part));
          return counter;
        },
        ReliabilityBins.fromBytes,
      );
      expect(merged.toBytes()).toEqual(whole.toBytes());
      expect(merged.curve()).toEqual(reliabilityCurve(said, labels, { bins }));
      if (rows.length === 0) return;
      const parts = computed(brierDecomposition(said, labels));
      expect(Math.abs(parts.withinBins)).toBeLessThan(1e-14);
      expect(parts.reliability - parts.resolution + parts.uncertainty).toBeCloseTo(parts.brier, 13);
      const { ece, mce } = computed(merged.calibrationError());
      expect(ece <= mce + 1e-15 && mce <= 1).toBe(true);
    }),
    { seed: 51 },
  );
});

test("weights are repeated rows; extreme probabilities have a finite loss", () => {
  expect(logLoss([0.2, 0.9], [0, 1], { weights: [2, 1] })).toMatchObject({
    value: computed(logLoss([0.2, 0.2, 0.9], [0, 0, 1])).value,
  });
  expect(computed(brierScore([0.2, 0.9], [0, 1], { weights: [3, 0] })).value).toBeCloseTo(0.04, 15);
  expect(computed(logLoss([1e-300], [1])).value).toBeCloseTo(52 * Math.LN2, 12);
  expect(computed(logLoss([1e-300], [1], { clip: 1e-305 })).value).toBeCloseTo(300 * Math.LN10, 9);
  expect(computed(logLoss([1e-10], [0])).value / 1e-10).toBeCloseTo(1 + 0.5e-10, 14);
  expect(reasonOf(logLoss([0.2], [1], { weights: [0] }))).toBe("zero-denominator");
});

test("CRPS: one member is the absolute error; a normal one is what many members come to", () => {
  expect(computed(crpsEnsemble([3, -1], [1, 1])).value).toBe(2);
  // Gneiting & Raftery: CRPS of a standard normal at 0 is 2φ(0) − 1/√π
  expect(computed(crpsNormal([0], [1], [0])).value).toBeCloseTo(0.2336949772551092, 15);
  expect(computed(crpsNormal([0], [1e-200], [2])).value).toBeCloseTo(2, 15);
  const random = seededRandom("crps");
  const members = Array.from({ length: 20_000 }, () => 1 + 2 * random.normal());
  const normal = computed(crpsNormal([1], [2], [2.5])).value;
  expect(Math.abs(computed(crpsEnsemble(members, [2.5], { fair: true })).value / normal - 1)).toBeLessThan(0.03);
  expect(reasonOf(crpsEnsemble([1], [1], { fair: true }))).toBe("too-few");
  expect(reasonOf(crpsNormal([0], [-1], [0]))).toBe("out-of-range");
  expect(reasonOf(crpsEnsemble([], []))).toBe("empty");
  expect(() => crpsEnsemble([1, 2, 3], [1, 2])).toThrowError(/argument\/invalid/);
});

test("recalibration finds the line that the labels were drawn from", () => {
  const random = seededRandom("recalibration");
  const logits = Array.from({ length: 20_000 }, () => 2 * random.normal());
  const said = logits.map((x) => 1 / (1 + Math.exp(-x)));
  const labels = logits.map((x) => (random.next() < 1 / (1 + Math.exp(-(0.3 + 0.5 * x))) ? 1 : 0));
  const found = computed(logisticRecalibration(said, labels));
  expect(Math.abs(found.slope - 0.5)).toBeLessThan(4 * found.slopeStandardError);
  expect(Math.abs(found.intercept - 0.3)).toBeLessThan(4 * found.interceptStandardError);
  const honest = logits.map((x) => (random.next() < 1 / (1 + Math.exp(-x)) ? 1 : 0));
  expect(Math.abs(computed(logisticRecalibration(said, honest)).inTheLarge)).toBeLessThan(0.1);
});

test("what has no value says why; misuse is refused", () => {
  expect(reasonOf(logisticRecalibration([0.1, 0.9], [0, 1]))).toBe("out-of-range");
  expect(reasonOf(logisticRecalibration([0.5, 0.5], [0, 1]))).toBe("constant");
  expect(reasonOf(logisticRecalibration([0.1, 0.9], [1, 1]))).toBe("one-class");
  expect(reasonOf(reliabilityCurve([], []))).toBe("empty");
  expect(reasonOf(reliabilityCurve([1.1], [1]))).toBe("out-of-range");
  expect(reasonOf(brierDecomposition([Number.NaN], [1]))).toBe("nan");
  expect(reasonOf(sharpness([]))).toBe("empty");
  expect(sharpness([0.5, 0.5])).toBe(0);
  expect(sharpness([0, 1])).toBe(0.25);
  const bins = new ReliabilityBins({ edges: [0.2, 0.7] });
  expect(reasonOf(bins.calibrationError())).toBe("empty");
  bins.add(1.5, 1);
  expect(reasonOf(bins.curve())).toBe("out-of-range");
  bins.add(Number.NaN, 0);
  expect(reasonOf(bins.curve())).toBe("nan");
  const refused = (work: () => unknown): void => expect(work).toThrowError(/argument\/invalid/);
  refused(() => bins.merge(new ReliabilityBins({ bins: 3 })));
  refused(() => bins.add(0.5, 2));
  refused(() => new ReliabilityBins({ bins: 0 }));
  refused(() => new ReliabilityBins({ edges: [0.5, 0.1] }));
  refused(() => reliabilityCurve([0.5], [1], { binning: "even" as never }));
  refused(() => reliabilityCurve([0.5], [1, 0]));
  refused(() => ReliabilityBins.fromBytes(bins.toBytes().subarray(2)));
});

test("more bins than memory holds are refused", () => {
  for (const binning of ["equal-width", "equal-mass"] as const)
    expect(() => reliabilityCurve([0.1, 0.2], [0, 1], { bins: 1e12, binning })).toThrowError(/argument\/invalid/);
  expect(() => new ReliabilityBins({ bins: 1e12 })).toThrowError(/argument\/invalid/);
});

test("calibration in the large is found where nearly all predictions are sure and wrong", () => {
  for (const [probabilities, labels, clip] of [
    [[0, 1e-11, 0, 1e-9, 0, 0], [1, 1, 0, 0, 1, 1], 1e-12],
    [[1e-300, 1e-299, 0.5], [1, 0, 1], 1e-320],
    [[0, 0, 1e-10, 1e-10, 1, 1], [1, 1, 0, 1, 0, 1], 1e-14],
  ] as const) {
    const { inTheLarge } = computed(logisticRecalibration(probabilities, labels, { clip }));
    const expected = probabilities.reduce<number>((sum, probability) => {
      const p = Math.min(1 - clip, Math.max(clip, probability));
      return sum + 1 / (1 + Math.exp(-(inTheLarge + Math.log(p) - Math.log1p(-p))));
    }, 0);
    expect(expected).toBeCloseTo(
      labels.reduce<number>((sum, label) => sum + label, 0),
      9,
    );
  }
});

test("reliability bins are ascending parts of [0, 1], or refused", () => {
  const refused = (work: () => unknown): void => expect(work).toThrowError(/argument\/invalid/);
  for (const options of [undefined, null, 10, {}, { bins: undefined }, { edges: null }] as never[])
    refused(() => new ReliabilityBins(options));
  for (const edges of [[-0.1, 0.5], [0.5, 1.1], [0.5, 0.5], [0.5, Number.NaN], [0.7, 0.2], "ab"] as never[])
    refused(() => new ReliabilityBins({ edges }));
  const ends = new ReliabilityBins({ edges: [0, 1] });
  ends.addAll([0, 0.5, 1], [0, 1, 1]);
  expect(computed(ends.curve()).map(({ rows }) => rows)).toEqual([1, 2]);
  expect(ReliabilityBins.fromBytes(ends.toBytes()).calibrationError()).toEqual(ends.calibrationError());
});
