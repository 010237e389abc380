import { type Row, row } from "./judge.ts";
import { meanStream } from "./mean-stream.ts";
import { oneRate } from "./one-rate.ts";
import { splitTraffic } from "./split-traffic.ts";
import { stickyUsers } from "./sticky-users.ts";
import {
  differenceMsprt,
  differenceSequence,
  hastyMsprt,
  hastySequence,
  meanMsprt,
  meanSequence,
} from "./tests/asymptotic.ts";
import { boundedMean, boundedMeanEvidence } from "./tests/bounded-mean.ts";
import { groupSequential } from "./tests/group-sequential.ts";
import { guardrail, riskRatioMisses } from "./tests/guardrail.ts";
import { naiveRateZ, proportion, proportionSequence } from "./tests/proportion.ts";
import { naiveChiSquared, sampleRatio } from "./tests/sample-ratio.ts";
import { naiveZ, zOnce } from "./tests/z-test.ts";
import { type TwoArmPlan, twoArms } from "./two-arms.ts";

// Every sequential test against scenarios that were fixed beforehand, looked at after every event. A new test is a file in tests/ and
// its entries here. What "holds" states is the promise of the test; the harness adds three standard errors of the simulation.

const harm = guardrail("harm");
const holds = 0.05;
const obrienFleming = groupSequential("obrien-fleming");
const pocock = groupSequential("pocock");

const steady: TwoArmPlan = { name: "A: half, 5% bad", requests: 40_000, shares: [0.5], rate: [0.05, 0.05], ratio: 1 };
const canary: TwoArmPlan = { ...steady, name: "B: a tenth, 5% bad", shares: [0.1] };
const rare: TwoArmPlan = { ...canary, name: "C: a tenth, 0.2% bad", rate: [0.002, 0.002] };
const short: TwoArmPlan = {
  name: "D: a 20th, 0.5% bad",
  requests: 10_000,
  shares: [0.05],
  rate: [0.005, 0.005],
  ratio: 1,
};
const ramp: TwoArmPlan = {
  name: "ramp 5-10-25-50%, bad 1% to 4%",
  requests: 20_000,
  shares: [0.05, 0.1, 0.25, 0.5],
  rate: [0.01, 0.04],
  ratio: 1,
};
const worse = "challenger";

/** Nothing is wrong with the challenger. */
const equalArms: readonly Row[] = [
  ...[steady, canary, rare, short].map((plan) =>
    row(twoArms(plan), [
      { test: naiveZ, breaks: 0.2 },
      { test: zOnce, holds },
      { test: harm, holds },
      { test: guardrail("safe"), holds },
      { test: riskRatioMisses(1), holds },
      { test: differenceSequence, holds },
      { test: differenceMsprt, holds },
      { test: obrienFleming, holds },
      { test: pocock, holds },
    ]),
  ),
  row(twoArms({ ...short, name: `${short.name}, hasty` }), [
    { test: hastySequence, breaks: 0.2 },
    { test: hastyMsprt, breaks: 0.2 },
    { test: groupSequential("pocock", { minimumEvents: 0 }), breaks: 0.065 },
  ]),
  row(twoArms({ ...rare, name: "E: a tenth, 0.5% bad, ten events half-way", rate: [0.005, 0.005] }), [
    { test: obrienFleming, holds },
    { test: pocock, holds },
  ]),
  row(twoArms(ramp), [
    { test: naiveZ, breaks: 0.2 },
    { test: zOnce, breaks: 0.2 },
    { test: harm, holds },
    { test: riskRatioMisses(1), holds },
  ]),
  row(
    stickyUsers({
      name: "500 sticky users, Beta(0.2, 3.8) bad",
      users: 500,
      requests: 20_000,
      share: 0.1,
      rates: [0.2, 3.8],
    }),
    [
      // A misuse of the e-process, whose dependent events do less harm than peeking: that a naive z-test goes beyond 20% is shown above.
      { test: guardrail("harm", { everyRequest: true }), breaks: 0.1 },
      { test: harm, holds },
    ],
  ),
];

/** The challenger is worse by exactly what a margin allows. */
const atTheMargin: readonly Row[] = [
  row(twoArms({ ...canary, name: "at the margin of 0.5, a tenth, 2% bad", rate: [0.02, 0.02], ratio: 1.5 }), [
    { test: guardrail("harm", { margin: 0.5 }), holds },
    { test: guardrail("safe", { margin: 0.5 }), holds },
    { test: riskRatioMisses(1.5), holds },
  ]),
  row(twoArms({ ...ramp, name: `at the margin of 0.5, ${ramp.name}`, ratio: 1.5 }), [
    { test: guardrail("harm", { margin: 0.5 }), holds },
    { test: guardrail("safe", { margin: 0.5 }), holds },
    { test: riskRatioMisses(1.5), holds },
  ]),
];

/** What should be found. */
const power: readonly Row[] = [
  row(twoArms({ ...canary, name: `${worse} 2% instead of 1%, a tenth`, rate: [0.01, 0.01], ratio: 2 }), [
    { test: harm, finds: 0.9 },
    { test: differenceSequence, finds: 0.8 },
    { test: differenceMsprt, finds: 0.8 },
    { test: obrienFleming, finds: 0.8 },
    { test: pocock, finds: 0.8 },
  ]),
  row(twoArms({ ...canary, name: `${worse} 5% instead of 1%, a 20th`, shares: [0.05], rate: [0.01, 0.01], ratio: 5 }), [
    { test: harm, finds: 0.99 },
    { test: differenceSequence, finds: 0.99 },
    { test: differenceMsprt, finds: 0.99 },
    { test: obrienFleming, finds: 0.99 },
    { test: pocock, finds: 0.99 },
  ]),
  row(twoArms({ ...ramp, name: `${worse} 1.5 times as bad, ${ramp.name}`, ratio: 1.5 }), [{ test: harm, finds: 0.75 }]),
  row(twoArms({ ...ramp, name: `${worse} twice as bad, ${ramp.name}`, ratio: 2 }), [{ test: harm, finds: 0.99 }]),
  row(twoArms({ ...steady, name: "equal arms, half, 2% bad", rate: [0.02, 0.02] }), [
    { test: guardrail("safe", { margin: 0.5 }), finds: 0.9 },
    { test: guardrail("safe", { margin: 1 }), finds: 0.99 },
  ]),
];

const rates: readonly Row[] = [
  ...[0.02, 0.3].map((limit) =>
    row(oneRate(`a rate of ${100 * limit}% at its limit`, limit, limit < 0.1 ? 10_000 : 1000), [
      { test: naiveRateZ(limit), breaks: 0.2 },
      { test: proportion({ limit, alternative: "greater" }), holds },
      { test: proportion({ limit, alternative: "less" }), holds },
      { test: proportion({ limit, prior: { a: 1, b: 50 } }), holds },
      { test: proportionSequence(limit), holds },
    ]),
  ),
  row(oneRate("a rate of 3%, limit 2%", 0.03, 20_000), [
    { test: proportion({ limit: 0.02, alternative: "greater" }), finds: 0.99 },
  ]),
  row(oneRate("a rate of 1%, limit 2%", 0.01, 20_000), [
    { test: proportion({ limit: 0.02, alternative: "less" }), finds: 0.99 },
  ]),
];

const splits: readonly Row[] = [
  row(splitTraffic("split as planned, half", [{ units: 8000, planned: [0.5, 0.5] }]), [
    { test: naiveChiSquared, breaks: 0.2 },
    { test: sampleRatio(), holds },
    { test: sampleRatio(0.001), holds: 0.001 },
  ]),
  row(splitTraffic("split as planned, three arms", [{ units: 8000, planned: [0.7, 0.2, 0.1] }]), [
    { test: sampleRatio(), holds },
  ]),
  row(
    splitTraffic(
      "split as planned, ramp",
      [0.05, 0.1, 0.25, 0.5].map((share) => ({ units: 2000, planned: [share, 1 - share] })),
    ),
    [{ test: sampleRatio(), holds }],
  ),
  row(splitTraffic("split 52 to 48, planned half", [{ units: 20_000, planned: [0.5, 0.5], actual: [0.52, 0.48] }]), [
    { test: sampleRatio(), finds: 0.95 },
    { test: sampleRatio(0.001), finds: 0.8 },
  ]),
];

const means: readonly Row[] = [
  row(
    meanStream("a bounded mean, uniform to the fourth", 2000, (random) => random.next() ** 4),
    [
      { test: meanSequence(0.2), holds },
      { test: meanMsprt(0.2), holds },
      { test: boundedMean(0.2), holds },
    ],
  ),
  row(
    meanStream("a skewed mean, exponential", 2000, (random) => -Math.log(1 - random.next())),
    [
      { test: meanSequence(1), holds },
      { test: meanMsprt(1), holds },
    ],
  ),
  row(
    meanStream("2% ones, else zeros", 4000, (random) => (random.next() < 0.02 ? 1 : 0)),
    [
      { test: meanSequence(0.02, (value) => value === 1), holds },
      { test: meanMsprt(0.02, (value) => value === 1), holds },
      { test: boundedMean(0.02), holds },
    ],
  ),
];

const meansThatDiffer: readonly Row[] = [
  row(
    meanStream("a bounded mean of 0.2, told to be 0.25", 4000, (random) => random.next() ** 4),
    [
      { test: meanSequence(0.25), finds: 0.9 },
      { test: boundedMean(0.25), finds: 0.9 },
      { test: boundedMeanEvidence(0.25, "less"), finds: 0.9 },
    ],
  ),
];

/** All rows of the table. */
export const rows: readonly Row[] = [
  ...equalArms,
  ...atTheMargin,
  ...power,
  ...rates,
  ...splits,
  ...means,
  ...meansThatDiffer,
];
