import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import { normalIsf, normalSf } from "../../../src/stats/distributions/normal.ts";
import type { ErrorSpending } from "../../../src/stats/sequential/error-spending.ts";
import { futilityBoundary } from "../../../src/stats/sequential/futility-boundary.ts";
import {
  type GroupSequentialOptions,
  groupSequentialBoundary,
} from "../../../src/stats/sequential/group-sequential-boundary.ts";
import {
  type GroupSequentialState,
  groupSequentialBytes,
} from "../../../src/stats/sequential/group-sequential-bytes.ts";
import { GroupSequentialTest } from "../../../src/stats/sequential/group-sequential-test.ts";
import { isNotComputable } from "../../../src/stats/not-computable.ts";
import { computed, reasonOf } from "../computed.ts";
import { relativeError } from "../relative-error.ts";

const even = (looks: number): number[] => Array.from({ length: looks }, (_, i) => (i + 1) / looks);
const hsd = (gamma: number): ErrorSpending => ({ family: "hwang-shih-decani", gamma });

test.each<[string, readonly number[], GroupSequentialOptions, readonly number[], number]>([
  ["Lan-DeMets, O'Brien-Fleming type, ld98", even(5), {}, [4.8769, 3.3569, 2.6803, 2.2898, 2.031], 1.2e-4],
  ["Lan-DeMets, Pocock type, ld98", even(5), { spending: "pocock" }, [2.438, 2.4268, 2.4101, 2.3966, 2.3859], 1e-4],
  ["gsDesign 3, sfLDOF", even(3), { alpha: 0.025, alternative: "greater" }, [3.710303, 2.511427, 1.993048], 1.5e-6],
  [
    "gsDesign 3, sfHSD(-4)",
    even(3),
    { alpha: 0.025, alternative: "less", spending: hsd(-4) },
    [3.010739, 2.546531, 1.999226],
    1e-6,
  ],
])("published boundaries: %s", (_, fractions, options, published, tolerance) => {
  const found = groupSequentialBoundary(fractions, options);
  expect(found.length).toBe(published.length);
  for (const [i, { z, nominalPValue }] of found.entries()) {
    expect(Math.abs(z - (published[i] ?? 0))).toBeLessThan(tolerance);
    const sides = options.alternative === undefined ? 2 : 1;
    expect(relativeError(nominalPValue, sides * normalSf(z))).toBeLessThan(1e-14);
  }
});

test("gsDesign's default plan with futility, to its printed digits", () => {
  const plan = futilityBoundary(even(3), { alpha: 0.025, beta: 0.1, spending: hsd(-4) });
  expect(plan.inflation).toBeCloseTo(1.0699, 4);
  expect(plan.looks.map(({ futilityZ }) => futilityZ.toFixed(2))).toEqual(["-0.24", "0.94", "2.00"]);
  expect(plan.looks.map(({ betaSpent }) => betaSpent.toFixed(4))).toEqual(["0.0148", "0.0437", "0.1000"]);
});

test("with one look it is the ordinary test, and the power of the plan with one look is the ordinary one", () => {
  for (const alpha of [1e-12, 0.01, 0.5, 0.9]) {
    expect(relativeError(groupSequentialBoundary([1], { alpha })[0]?.z ?? 0, normalIsf(alpha / 2))).toBeLessThan(1e-12);
  }
  expect(futilityBoundary([1], { alpha: 0.05, beta: 0.1 }).inflation).toBeCloseTo(1, 10);
});

const spendings = fc.constantFrom<ErrorSpending>(
  "obrien-fleming",
  "pocock",
  { family: "power", exponent: 0.5 },
  { family: "power", exponent: 3 },
  hsd(-8),
  hsd(0),
  hsd(4),
);
const times = fc
  .uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 })
  .map((list) => list.sort((a, b) => a - b).map((each) => each / 60));

test("what was planned for later looks does not change a look, and looks after the end change nothing", () => {
  fc.assert(
    fc.property(times, spendings, fc.constantFrom("two-sided", "greater"), (fractions, spending, alternative) => {
      const whole = groupSequentialBoundary(fractions, { spending, alternative });
      for (let k = 1; k < fractions.length; k++) {
        const part = groupSequentialBoundary(fractions.slice(0, k), { spending, alternative });
        for (const [i, look] of part.entries()) expect(relativeError(look.z, whole[i]?.z ?? 0)).toBeLessThan(1e-11);
      }
      const spent = whole.map(({ alphaSpent }) => alphaSpent);
      expect(spent).toEqual(spent.toSorted((a, b) => a - b));
      expect(spent.at(-1)).toBeLessThanOrEqual(0.05 + 1e-15);
    }),
    { seed: 51, numRuns: 40 },
  );
});

/** z-statistics of Brownian motion with a drift, at fractions. */
function walk(random: { normal(): number }, fractions: readonly number[], drift: number): number[] {
  let at = 0;
  let place = 0;
  return fractions.map((fraction) => {
    place += drift * (fraction - at) + Math.sqrt(fraction - at) * random.normal();
    at = fraction;
    return place / Math.sqrt(fraction);
  });
}

test("simulated: it spends what it says by each look, and a plan has the power and the futility that it says", () => {
  const random = seededRandom("group-sequential");
  const runs = 40_000;
  const near = (found: number, expected: number): void =>
    expect(Math.abs(found / runs - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / runs));
  const fractions = [0.1, 0.35, 0.4, 0.9, 1.05];
  for (const alternative of ["two-sided", "less"] as const) {
    const looks = groupSequentialBoundary(fractions, { alpha: 0.2, spending: "pocock", alternative });
    const by = fractions.map(() => 0);
    for (let run = 0; run < runs; run++) {
      const zs = walk(random, fractions, 0).map((z) => (alternative === "less" ? -z : Math.abs(z)));
      const first = zs.findIndex((z, i) => z >= (looks[i]?.z ?? 0));
      for (let i = first; first >= 0 && i < by.length; i++) by[i] = (by[i] ?? 0) + 1;
    }
    for (const [i, { alphaSpent }] of looks.entries()) near(by[i] ?? 0, alphaSpent);
  }
  const plan = futilityBoundary([0.3, 0.7, 1], { alpha: 0.1, beta: 0.3 });
  const missed = [0, 0, 0];
  for (let run = 0; run < runs; run++) {
    const zs = walk(random, [0.3, 0.7, 1], plan.drift);
    const first = zs.findIndex((z, i) => z >= (plan.looks[i]?.z ?? 0) || z <= (plan.looks[i]?.futilityZ ?? 0));
    if ((zs[first] ?? 0) > (plan.looks[first]?.futilityZ ?? 0)) continue;
    for (let i = first; i < 3; i++) missed[i] = (missed[i] ?? 0) + 1;
  }
  for (const [i, { betaSpent }] of plan.looks.entries()) near(missed[i] ?? 0, betaSpent);
});

test("looks as they come: the boundaries, intervals and p-values agree with each other, and bytes keep it all", () => {
  fc.assert(
    fc.property(
      times,
      spendings,
      fc.constantFrom("two-sided", "greater", "less"),
      fc.integer(),
      (fractions, spending, alternative, seed) => {
        const options = { alpha: 0.1, spending, alternative };
        const planned = groupSequentialBoundary(fractions, options);
        let taken = new GroupSequentialTest(options);
        let crossedBefore = false;
        let pBefore: number | undefined;
        for (const [i, z] of walk(seededRandom(seed), fractions, 1.5).entries()) {
          const fraction = fractions[i] ?? 0;
          const found = computed(taken.look({ fraction, value: 7 * z, standardError: 7 }));
          expect(relativeError(found.z, planned[i]?.z ?? 0)).toBeLessThan(1e-11);
          expect(found.alphaSpent).toBe(planned[i]?.alphaSpent);
          const now = found.lower > 0 || found.upper < 0;
          expect(found.crossed).toBe(crossedBefore || now);
          expect(found.pValue === undefined).toBe(!found.crossed && fraction < 1);
          if (found.pValue !== undefined) expect(found.pValue <= 0.1).toBe(found.crossed);
          if (found.pValue !== undefined && now && !crossedBefore) {
            expect(found.pValue).toBeLessThanOrEqual(found.alphaSpent * (1 + 1e-9));
            expect(found.pValue).toBeGreaterThanOrEqual(planned[i - 1]?.alphaSpent ?? 0);
          }
          if (crossedBefore) expect(found.pValue).toBe(pBefore);
          crossedBefore = found.crossed;
          pBefore = found.pValue;
          taken = GroupSequentialTest.fromBytes(taken.toBytes());
        }
        expect(taken.looks).toBe(fractions.length);
      },
    ),
    { seed: 52, numRuns: 40 },
  );
});

test("a look with too few events cannot reject, spends nothing, and the next one is as if it had not been", () => {
  fc.assert(
    fc.property(
      times,
      spendings,
      fc.constantFrom("two-sided", "greater", "less"),
      fc.integer({ min: 1, max: 30 }),
      fc.infiniteStream(fc.integer({ min: 0, max: 40 })),
      (fractions, spending, alternative, minimumEvents, stream) => {
        let taken = new GroupSequentialTest({ spending, alternative, minimumEvents });
        const without = new GroupSequentialTest({ spending, alternative });
        for (const fraction of fractions) {
          const events = stream.next().value ?? 0;
          // An effect that any finite boundary would let cross.
          const few = { fraction, value: 1e6, standardError: 1 };
          if (events < minimumEvents) {
            const before = taken.toBytes().join();
            const found = taken.look({ ...few, events });
            expect(reasonOf(found)).toBe("too-few");
            expect(isNotComputable(found) && found.detail).toContain(`${events} events`);
            expect(taken.toBytes().join()).toBe(before);
          } else {
            const at = { fraction, value: 0.4, standardError: 0.3 };
            expect(taken.look({ ...at, events })).toEqual(without.look(at));
          }
          taken = GroupSequentialTest.fromBytes(taken.toBytes());
        }
        expect(taken.looks).toBe(without.looks);
        expect(taken.minimumEvents).toBe(minimumEvents);
      },
    ),
    { seed: 53, numRuns: 40 },
  );
});

test("it waits for 10 events unless told otherwise, also where nothing varied yet, and at the end", () => {
  const taken = new GroupSequentialTest({ spending: "pocock" });
  expect(taken.minimumEvents).toBe(10);
  const huge = { value: 99, standardError: 1 };
  expect(reasonOf(taken.look({ fraction: 0.5, value: 0, standardError: 0, events: 0 }))).toBe("too-few");
  expect(reasonOf(taken.look({ fraction: 0.5, ...huge, events: 9 }))).toBe("too-few");
  expect(reasonOf(taken.look({ fraction: 1, ...huge, events: 9 }))).toBe("too-few");
  const late = computed(taken.look({ fraction: 1.2, ...huge, events: 10 }));
  expect([late.crossed, late.alphaSpent]).toEqual([true, 0.05]);
  expect(relativeError(late.z, normalIsf(0.025))).toBeLessThan(1e-12);
  expect(
    computed(new GroupSequentialTest({ minimumEvents: 0 }).look({ fraction: 0.5, ...huge, events: 0 })).crossed,
  ).toBe(true);
  expect(computed(new GroupSequentialTest().look({ fraction: 0.5, ...huge })).crossed).toBe(true);
});

test("bytes of version 1, which knew no events, are read", () => {
  const restored = GroupSequentialTest.fromBytes(
    Uint8Array.from(
      atob("R1JQUwECmpmZmZmZuT8CAAAAAAAAAEACAAAAAAAA4D8AAAAAAADoPwKG/+4xA1z/Pxrl8B1Kwvo/AU9eId/6w5k/igtFqQ=="),
      (letter) => letter.charCodeAt(0),
    ),
  );
  expect([restored.looks, restored.minimumEvents]).toEqual([2, 10]);
  const found = computed(restored.look({ fraction: 1, value: -2, standardError: 1 }));
  expect(relativeError(found.z, 1.3904149566093411)).toBeLessThan(1e-12);
  expect([found.crossed, found.pValue]).toEqual([true, 0.025161666744990815]);
});

test("after the end nothing is left to spend, and nothing crosses", () => {
  const taken = new GroupSequentialTest();
  const end = computed(taken.look({ fraction: 1, value: 0.5, standardError: 1 }));
  const after = computed(taken.look({ fraction: 2, value: 1e6, standardError: 1 }));
  expect(end.pValue).toBeGreaterThan(0.05);
  expect([after.crossed, after.pValue]).toEqual([false, end.pValue]);
});

test("without an effect the adjusted p-value is uniform", () => {
  const random = seededRandom("stage-wise");
  const ps: number[] = [];
  for (let run = 0; run < 400; run++) {
    const taken = new GroupSequentialTest({ alpha: 0.3, spending: "pocock" });
    for (const [i, z] of walk(random, [0.4, 1], 0).entries()) {
      const found = computed(taken.look({ fraction: [0.4, 1][i] ?? 1, value: z, standardError: 1 }));
      if (found.pValue === undefined) continue;
      ps.push(found.pValue);
      break;
    }
  }
  ps.sort((a, b) => a - b);
  const distance = Math.max(...ps.map((p, i) => Math.max(Math.abs(p - i / 400), Math.abs(p - (i + 1) / 400))));
  expect(distance).toBeLessThan(1.9 / Math.sqrt(400));
});

test("the extremes: looks far too early, close looks, huge and tiny effects", () => {
  const early = groupSequentialBoundary([1e-4, 1e-3, 1e-2, 1], {});
  expect(early[0]?.z).toBe(37);
  expect(early[1]?.z).toBe(37);
  expect(early[2]?.z).toBeCloseTo(22.383142568, 8);
  expect(early[3]?.z).toBeCloseTo(1.959963984540054, 10);
  const close = groupSequentialBoundary([0.5, 0.5001, 1], { spending: "pocock" });
  for (const { z } of close) expect(z > 2 && z < 4).toBe(true);
  const taken = new GroupSequentialTest();
  const huge = computed(taken.look({ fraction: 0.5, value: 1e300, standardError: 1e-10 }));
  expect([huge.crossed, huge.pValue]).toEqual([true, 0]);
  expect(reasonOf(new GroupSequentialTest().look({ fraction: 0.5, value: 1, standardError: 0 }))).toBe("constant");
  expect(reasonOf(new GroupSequentialTest().look({ fraction: 0.5, value: 1, standardError: 1e308 }))).toBe("infinite");
});

test("bad plans and looks are refused", () => {
  for (const fractions of [[], [0, 1], [-1, 1], [0.5, 0.5], [0.5, 0.4], [0.5, 0.50001], [Number.NaN], [Infinity]])
    expect(() => groupSequentialBoundary(fractions)).toThrowError(/argument\/invalid/);
  expect(() => groupSequentialBoundary(even(201))).toThrowError(/argument\/invalid/);
  for (const bad of [
    { alpha: 0 },
    { alpha: 1 },
    { spending: "obf" as "pocock" },
    { spending: null as never },
    { spending: { family: "power", exponent: 0 } as const },
    { spending: { family: "cubic", exponent: 3 } as never },
    { spending: hsd(41) },
    { spending: hsd(Number.NaN) },
    { alternative: "upper" as "less" },
  ]) {
    expect(() => groupSequentialBoundary([1], bad)).toThrowError(/argument\/invalid/);
    expect(() => new GroupSequentialTest(bad)).toThrowError(/argument\/invalid/);
  }
  const taken = new GroupSequentialTest();
  taken.look({ fraction: 0.5, value: 0, standardError: 1 });
  expect(() => taken.look({ fraction: 0.5, value: 0, standardError: 1 })).toThrowError(/argument\/invalid/);
  expect(() => taken.look({ fraction: 0.6, value: Number.NaN, standardError: 1 })).toThrowError(/argument\/invalid/);
  expect(() => taken.look({ fraction: 0.6, value: 0, standardError: -1 })).toThrowError(/argument\/invalid/);
  expect(taken.looks).toBe(1);
  for (const events of [-1, 1.5, Number.NaN, Infinity])
    expect(() => taken.look({ fraction: 0.6, value: 0, standardError: 1, events })).toThrowError(/argument\/invalid/);
  for (const minimumEvents of [-1, 1.5, Number.NaN, Infinity])
    expect(() => new GroupSequentialTest({ minimumEvents })).toThrowError(/argument\/invalid/);
  expect(taken.looks).toBe(1);
  const bytes = taken.toBytes();
  expect(() => GroupSequentialTest.fromBytes(bytes.subarray(0, 30))).toThrowError(/argument\/invalid/);
  expect(() => futilityBoundary([0.5, 0.9])).toThrowError(/argument\/invalid/);
  expect(() => futilityBoundary([0.5, 1], { alpha: 0.6, beta: 0.5 })).toThrowError(/argument\/invalid/);
  expect(() => futilityBoundary([0.5, 1], { beta: 0 })).toThrowError(/argument\/invalid/);
});

/** The bytes of a state that the class may never have had, with a checksum that is right. */
function bytesOf(state: Partial<GroupSequentialState>): Uint8Array {
  const options = { alternative: "two-sided", alpha: 0.05, spending: "pocock" } as const;
  return groupSequentialBytes({ options, minimumEvents: 10, looks: [], crossed: false, pValue: undefined, ...state });
}

test("bytes of a state that no test can have are refused, with whatever checksum", () => {
  const options = { alternative: "two-sided", alpha: 0.05, spending: "pocock" } as const;
  const planned = groupSequentialBoundary([0.5, 1], options);
  const looks = planned.map(({ fraction, z }) => ({ fraction, z }));
  const early = looks.slice(0, 1);
  const spentEarly = planned[0]?.alphaSpent ?? 0;
  const read = (state: Partial<GroupSequentialState>): GroupSequentialTest =>
    GroupSequentialTest.fromBytes(bytesOf(state));
  for (const possible of [
    {},
    { looks: early },
    { looks: early, crossed: true, pValue: spentEarly },
    { looks: early, crossed: true, pValue: 0 },
    { looks, crossed: true, pValue: 0.05 },
    { looks, pValue: 0.06 },
    { looks, pValue: 1 },
  ])
    expect(read(possible).looks).toBe(possible.looks?.length ?? 0);
  const impossible: Partial<GroupSequentialState>[] = [
    { crossed: true, pValue: 0.01 },
    { crossed: true },
    { pValue: 0.5 },
    { looks: early, crossed: true },
    { looks: early, pValue: 0.5 },
    { looks: early, pValue: 0.01 },
    { looks: early, crossed: true, pValue: spentEarly * 1.001 },
    { looks, crossed: true, pValue: 0.0501 },
    { looks, pValue: 0.05 },
    { looks },
    { looks, pValue: 1.01 },
    { looks, crossed: true, pValue: -1e-9 },
    { looks, crossed: true, pValue: Number.NaN },
    { looks: early.map((look) => ({ ...look, z: look.z + 1e-3 })) },
    { looks: early.map((look) => ({ ...look, z: Number.NaN })) },
    { looks: early.map((look) => ({ ...look, z: Infinity })) },
    { looks: [...looks].reverse(), pValue: 0.5 },
    { looks: [...early, ...early] },
    { looks: [{ fraction: Number.NaN, z: 2 }] },
    { options: { ...options, alpha: 0 } },
    { options: { ...options, alpha: Number.NaN } },
    { options: { ...options, spending: { family: "power", exponent: -1 } } },
    { options: { ...options, spending: { family: "power", exponent: Number.NaN } } },
    { options: { ...options, spending: hsd(50) } },
  ];
  for (const [i, state] of impossible.entries())
    expect(() => read(state), `state ${i}`).toThrowError(/argument\/invalid/);
});

test("a plan that spends all before the end is restored, and so is a look that is far too early", () => {
  for (const spending of [{ family: "power", exponent: 1e-300 }, "obrien-fleming"] as const) {
    const taken = new GroupSequentialTest({ spending });
    for (const fraction of [1e-4, 0.3, 0.6]) taken.look({ fraction, value: 1e300, standardError: 1e-9 });
    const restored = GroupSequentialTest.fromBytes(taken.toBytes());
    expect(restored.toBytes().join()).toBe(taken.toBytes().join());
  }
});
