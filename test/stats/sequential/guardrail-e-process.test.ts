import fc from "fast-check";
import { expect, test } from "vitest";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import { GuardrailEProcess } from "../../../src/stats/sequential/guardrail-e-process.ts";
import { guardrailBytes } from "../../../src/stats/sequential/guardrail-bytes.ts";
import type { RolloutArm } from "../../../src/stats/sequential/guardrail-state.ts";
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

test("bulk, single and counted events are the same, to the bit; bytes are equal for equal counts", () => {
  const shares = fc.constantFrom(0.05, 0.1, 0.25, 0.5, 1 / 3);
  const list = fc.array(fc.tuple(fc.boolean(), shares), { maxLength: 60 });
  fc.assert(
    fc.property(
      list,
      fc.constantFrom("harm", "safe"),
      fc.double({ min: 0, max: 4, noNaN: true }),
      (seen, direction, margin) => {
        const bulk = new GuardrailEProcess({ direction, margin });
        bulk.addAll(
          seen.map(([challenger]) => challenger),
          seen.map(([, share]) => share),
        );
        const looked = new GuardrailEProcess({ direction, margin });
        for (const [challenger, share] of [...seen].reverse()) {
          looked.addBad(challenger ? "challenger" : "champion", share);
          looked.logE();
          looked.crossed(0.05);
        }
        expect(bulk.logE()).toBe(looked.logE());
        expect(bulk.events).toBe(seen.length);
        expect(bulk.toBytes()).toEqual(looked.toBytes());
        expect(GuardrailEProcess.fromBytes(bulk.toBytes()).state()).toEqual(looked.state());
        looked.merge(looked);
        bulk.merge(GuardrailEProcess.fromBytes(bulk.toBytes()));
        expect(looked.logE()).toBe(bulk.logE());
        expect(looked.events).toBe(2 * seen.length);
      },
    ),
    { seed: 12 },
  );
});

test("typed arrays and one share for all", () => {
  const bulk = new GuardrailEProcess({ direction: "harm" });
  bulk.addAll(Uint8Array.from([1, 0, 1]), 0.25);
  bulk.addAll(new Uint8Array(0), new Float64Array(0));
  expect(bulk.state().strata).toEqual([{ share: 0.25, challenger: 2, champion: 1 }]);
});

test("`crossed` says what `logE` says, at every event and level", () => {
  const random = seededRandom("crossed");
  for (const direction of ["harm", "safe"] as const) {
    const process = new GuardrailEProcess({ direction, margin: 0.5 });
    let crossings = 0;
    for (let i = 0; i < 4000; i++) {
      const share = [0.1, 0.5][i % 2] ?? 0.5;
      process.addBad(random.next() < share * (direction === "harm" ? 1.5 : 0.8) ? "challenger" : "champion", share);
      const alpha = 10 ** -(1 + (i % 30) / 10);
      const crossed = process.crossed(alpha);
      expect(crossed).toBe(GuardrailEProcess.fromState(process.state()).logE() >= -Math.log(alpha));
      if (crossed) crossings++;
    }
    expect(crossings).toBeGreaterThan(100);
    expect(crossings).toBeLessThan(4000);
  }
});

test("thousands of shares: still exact, in any order, with more shares than are kept", () => {
  const random = seededRandom("ramp");
  const seen = Array.from({ length: 5000 }, (_, i) => ({ share: 0.05 + i / 12_000, challenger: random.next() < 0.3 }));
  const sums = Array.from({ length: 25 }, (_, g) =>
    seen.reduce((sum, { share, challenger }) => {
      const ratio = Math.exp(0.02 + 0.12 * g);
      const chance = (share * ratio) / (share * ratio + 1 - share);
      return sum + Math.log(challenger ? chance / share : (1 - chance) / (1 - share));
    }, 0),
  );
  const largest = Math.max(...sums);
  const expected = largest + Math.log(sums.reduce((sum, each) => sum + Math.exp(each - largest), 0) / 25);
  const found = [seen, [...seen].reverse(), random.shuffle([...seen])].map((events) => {
    const process = new GuardrailEProcess({ direction: "harm" });
    for (const { share, challenger } of events) {
      process.addBad(challenger ? "challenger" : "champion", share);
      process.crossed(0.05);
    }
    return process.logE();
  });
  expect(relativeError(found[0] as number, expected)).toBeLessThan(1e-11);
  expect(new Set(found).size).toBe(1);
});

test("counts of any size: exact to 2^31, plain beyond, refused where they would be wrong", () => {
  for (const count of [2 ** 20, 2 ** 20 + 1, 123_456_789, 2 ** 30, 2 ** 31 + 8, 1e15]) {
    const half = new GuardrailEProcess({ direction: "harm" });
    half.addBad("challenger", 0.5, Math.floor(count / 2));
    half.addBad("champion", 0.5, Math.ceil(count / 2) - 1);
    half.addBad("champion", 0.5);
    // The first ratio of the grid, e^0.02, dominates: each pair of events costs ln(cosh² 0.01).
    const pairs = -Math.log(Math.cosh(0.01) ** 2);
    const odd = Math.log(2 / (1 + Math.exp(0.02))) * (count % 2);
    expect(relativeError(half.logE(), pairs * Math.floor(count / 2) + odd - Math.log(25))).toBeLessThan(1e-9);
    expect(half.crossed(0.99)).toBe(false);
    expect(half.events).toBe(count);
    expect(GuardrailEProcess.fromBytes(half.toBytes()).logE()).toBe(half.logE());
  }
  const full = new GuardrailEProcess({ direction: "safe" });
  full.addBad("champion", 0.5, Number.MAX_SAFE_INTEGER);
  expect(() => full.addBad("champion", 0.5)).toThrowError(/argument\/invalid/);
  expect(() => full.merge(full)).toThrowError(/argument\/invalid/);
  expect(full.events).toBe(Number.MAX_SAFE_INTEGER);
});

test("extreme margins and shares give finite evidence", () => {
  for (const direction of ["harm", "safe"] as const) {
    for (const margin of [0, 5e-324, 1e300, Number.MAX_VALUE]) {
      for (const share of [5e-324, 1e-300, 0.5, 1 - 2 ** -53]) {
        const process = new GuardrailEProcess({ direction, margin });
        process.addBad("champion", share, 7);
        process.addBad("challenger", share, 3);
        expect(Number.isFinite(process.logE())).toBe(true);
      }
    }
  }
});

test("damaged bytes and impossible states are refused", () => {
  const process = new GuardrailEProcess({ direction: "harm" });
  process.addBad("challenger", 0.5, 3);
  const bytes = process.toBytes();
  for (let i = 0; i < bytes.length; i++) {
    const changed = bytes.map((byte, at) => (at === i ? byte ^ 0x08 : byte));
    expect(() => GuardrailEProcess.fromBytes(changed)).toThrowError(/argument\/invalid/);
  }
  const written = (strata: readonly (readonly [number, number, number])[], margin = 0): Uint8Array =>
    guardrailBytes({
      version: 1,
      direction: "harm",
      margin,
      strata: strata.map(([share, challenger, champion]) => ({ share, challenger, champion })),
    });
  expect(
    GuardrailEProcess.fromBytes(
      written([
        [0.1, 1, 0],
        [0.2, 0, 1],
      ]),
    ).events,
  ).toBe(2);
  for (const wrong of [
    written([
      [0.2, 1, 0],
      [0.1, 0, 1],
    ]),
    written([
      [0.1, 1, 0],
      [0.1, 0, 1],
    ]),
    written([[0.1, 0, 0]]),
    written([[0, 1, 0]]),
    written([[1, 0, 1]]),
    written([[1.5, 1, 1]]),
    written([], -1),
    written([], Number.NaN),
  ]) {
    expect(() => GuardrailEProcess.fromBytes(wrong)).toThrowError(/argument\/invalid/);
  }
  const state = process.state();
  expect(() => GuardrailEProcess.fromState({ ...state, version: 2 } as never)).toThrowError(/argument\/invalid/);
  expect(() => GuardrailEProcess.fromState({ ...state, direction: "up" } as never)).toThrowError(/argument\/invalid/);
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
  expect(() => process.addBad("nobody" as never, 0.5)).toThrowError(/argument\/invalid/);
  expect(() => process.addAll([1, 0], [0.5])).toThrowError(/argument\/invalid/);
  expect(() => process.addAll([1, 2], 0.5)).toThrowError(/argument\/invalid/);
  expect(() => process.addAll([1, 1], [0.5, 0])).toThrowError(/argument\/invalid/);
  expect(() => process.addAll([1, 1], [0.5, Number.NaN])).toThrowError(/argument\/invalid/);
  expect(process.events).toBe(0);
  expect(() => process.addBad("champion", 0.5, -1)).toThrowError(/argument\/invalid/);
  expect(() => process.crossed(0)).toThrowError(/argument\/invalid/);
  expect(() => process.crossed(1)).toThrowError(/argument\/invalid/);
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

test("a state with an impossible share is merged not even in part", () => {
  const process = new GuardrailEProcess({ direction: "harm" });
  const good = { share: 0.5, challenger: 3, champion: 1 };
  for (const bad of [
    { ...good, share: 2 },
    { ...good, champion: 0.5 },
    { ...good, share: 0 },
  ]) {
    expect(() => process.merge({ ...process.state(), strata: [good, bad] })).toThrowError(/argument\/invalid/);
    expect(process.events).toBe(0);
  }
});
