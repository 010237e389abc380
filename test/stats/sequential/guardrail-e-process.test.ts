import fc from "fast-check";
import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import { GuardrailEProcess, type RolloutArm } from "../../../src/stats/sequential/guardrail-e-process.ts";
import { twoProportionTest } from "../../../src/stats/tests/two-proportion-test.ts";
import { isNotComputable } from "../../../src/stats/not-computable.ts";
import { relativeError } from "../relative-error.ts";

/** The definition, event by event: ln mean over g of Π P_φg(arm) / P_φ0(arm). */
function byDefinition(
  events: readonly (readonly [RolloutArm, number])[],
  direction: "harm" | "safe",
  margin: number,
): number {
  const chance = (arm: RolloutArm, share: number, ratio: number): number => {
    const challenger = (share * ratio) / (share * ratio + 1 - share);
    return arm === "challenger" ? challenger : 1 - challenger;
  };
  let sum = 0;
  for (let g = 0; g < 25; g++) {
    const ratio = (1 + margin) * Math.exp(direction === "harm" ? 0.02 + 0.12 * g : -(0.02 + 0.08 * g));
    sum += events.reduce(
      (product, [arm, share]) => (product * chance(arm, share, ratio)) / chance(arm, share, 1 + margin),
      1,
    );
  }
  return Math.log(sum / 25);
}

const events = fc.array(
  fc.tuple(fc.constantFrom<RolloutArm>("challenger", "champion"), fc.constantFrom(0.05, 0.1, 0.25, 0.5)),
  { maxLength: 40 },
);

test("equals its definition, event by event", () => {
  fc.assert(
    fc.property(events, fc.constantFrom("harm", "safe"), fc.constantFrom(0, 0.5, 1), (list, direction, margin) => {
      const process = new GuardrailEProcess({ direction, margin });
      for (const [arm, share] of list) process.addBad(arm, share);
      expect(Math.abs(process.logE() - byDefinition(list, direction, margin))).toBeLessThan(1e-10);
    }),
  );
});

test("order, split, merge and storage change nothing, to the bit", () => {
  fc.assert(
    fc.property(events, events, (left, right) => {
      const whole = new GuardrailEProcess({ direction: "harm" });
      for (const [arm, share] of [...left, ...right].reverse()) whole.addBad(arm, share);
      const parts = [left, right].map((list) => {
        const part = new GuardrailEProcess({ direction: "harm" });
        for (const [arm, share] of list) part.addBad(arm, share);
        return part.state();
      });
      const merged = new GuardrailEProcess({ direction: "harm" });
      for (const part of parts.reverse()) merged.merge(JSON.parse(JSON.stringify(part)));
      expect(merged.state()).toEqual(whole.state());
      expect(merged.logE()).toBe(whole.logE());
      expect(GuardrailEProcess.fromState(whole.state()).logE()).toBe(whole.logE());
    }),
  );
});

test("at the shares 0 and 1 an event says nothing", () => {
  const process = new GuardrailEProcess({ direction: "harm" });
  process.addBad("challenger", 1, 1000);
  process.addBad("champion", 0, 1000);
  expect(process.logE()).toBe(0);
  expect(process.crossed(0.5)).toBe(false);
});

test("a million bad events overflow nothing", () => {
  const process = new GuardrailEProcess({ direction: "harm" });
  process.addBad("challenger", 0.5, 900_000);
  process.addBad("champion", 0.5, 100_000);
  expect(Number.isFinite(process.logE())).toBe(true);
  expect(process.crossed(1e-12)).toBe(true);
});

test("misuse is refused", () => {
  const process = new GuardrailEProcess({ direction: "harm" });
  expect(() => process.addBad("challenger", 1.2)).toThrowError(/argument\/invalid/);
  expect(() => process.addBad("challenger", Number.NaN)).toThrowError(/argument\/invalid/);
  expect(() => process.addBad("challenger", 0)).toThrowError(/argument\/invalid/);
  expect(() => process.addBad("champion", 1)).toThrowError(/argument\/invalid/);
  expect(() => process.addBad("champion", 0.5, -1)).toThrowError(/argument\/invalid/);
  expect(() => process.crossed(0)).toThrowError(/argument\/invalid/);
  expect(() => new GuardrailEProcess({ direction: "safe", margin: -0.1 })).toThrowError(/argument\/invalid/);
  expect(() => process.merge(new GuardrailEProcess({ direction: "safe" }).state())).toThrowError(/argument\/invalid/);
});

interface Rollout {
  readonly requests: number;
  share(at: number): number;
  championRate(at: number): number;
  readonly ratio: number;
}

interface Outcome {
  readonly crossed: number | undefined;
  readonly peeked: boolean;
}

/** One rollout, looked at after every bad event: by the e-process, and by a pooled z-test at a nominal 5%. */
function play(random: Random, rollout: Rollout, process: GuardrailEProcess): Outcome {
  const seen = { challenger: { successes: 0, trials: 0 }, champion: { successes: 0, trials: 0 } };
  let peeked = false;
  for (let i = 0; i < rollout.requests; i++) {
    const at = i / rollout.requests;
    const share = rollout.share(at);
    const arm = random.next() < share ? "challenger" : "champion";
    seen[arm].trials++;
    const rate = rollout.championRate(at) * (arm === "challenger" ? rollout.ratio : 1);
    if (random.next() >= rate) continue;
    seen[arm].successes++;
    process.addBad(arm, share);
    if (!peeked && i > 500) {
      const z = twoProportionTest(seen.challenger, seen.champion);
      peeked = !isNotComputable(z) && z.pValue < 0.05;
    }
    if (process.crossed(0.05)) return { crossed: i, peeked };
  }
  return { crossed: undefined, peeked };
}

function rates(
  seed: string,
  runs: number,
  rollout: Rollout,
  direction: "harm" | "safe",
  margin = 0,
): { crossed: number; peeked: number } {
  const random = seededRandom(seed);
  const outcomes = Array.from({ length: runs }, () =>
    play(random, rollout, new GuardrailEProcess({ direction, margin })),
  );
  return {
    crossed: outcomes.filter(({ crossed }) => crossed !== undefined).length / runs,
    peeked: outcomes.filter(({ peeked }) => peeked).length / runs,
  };
}

const level = (runs: number): number => 0.05 + 3 * Math.sqrt((0.05 * 0.95) / runs);
const steady: Rollout = { requests: 6000, share: () => 0.1, championRate: () => 0.02, ratio: 1 };
const ramp: Rollout = {
  requests: 6000,
  share: (at) => [0.05, 0.1, 0.25, 0.5][Math.floor(at * 4)] ?? 0.5,
  championRate: (at) => 0.01 + 0.03 * at,
  ratio: 1,
};

test("looked at after every event it holds 5%, where the z-test fails", () => {
  const result = rates("steady", 400, steady, "harm");
  expect(result.crossed).toBeLessThanOrEqual(level(400));
  expect(result.peeked).toBeGreaterThan(0.2);
});

test("a ramp while the base rate drifts does not fool it, where the pooled z-test fails", () => {
  const result = rates("ramp", 400, ramp, "harm");
  expect(result.crossed).toBeLessThanOrEqual(level(400));
  expect(result.peeked).toBeGreaterThan(0.5);
});

test("it holds 5% at the edge of a margin, both for harm and for safety", () => {
  expect(rates("edge harm", 300, { ...steady, ratio: 1.5 }, "harm", 0.5).crossed).toBeLessThanOrEqual(level(300));
  expect(rates("edge safe", 300, { ...ramp, ratio: 1.5 }, "safe", 0.5).crossed).toBeLessThanOrEqual(level(300));
});

test("it finds real harm and proves real safety", () => {
  expect(rates("power", 100, { ...steady, ratio: 3 }, "harm").crossed).toBeGreaterThan(0.9);
  const equal: Rollout = { requests: 12_000, share: () => 0.5, championRate: () => 0.03, ratio: 1 };
  expect(rates("safe", 100, equal, "safe", 1).crossed).toBeGreaterThan(0.9);
});

test("one event at an even split, by hand", () => {
  const process = new GuardrailEProcess({ direction: "harm" });
  process.addBad("challenger", 0.5);
  const expected = Array.from({ length: 25 }, (_, g) => Math.exp(0.02 + 0.12 * g)).map((r) => (2 * r) / (r + 1));
  expect(relativeError(process.logE(), Math.log(expected.reduce((a, b) => a + b) / 25))).toBeLessThan(1e-13);
});
