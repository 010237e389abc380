import fc from "fast-check";
import { expect, test } from "vitest";
import type { MonitorThreshold } from "../../src/contracts/monitor.ts";
import { seededRandom } from "../../src/core/random.ts";
import { judgeDrift } from "../../src/monitoring/detectors/drift.ts";
import type { WindowColumn } from "../../src/monitoring/prediction-window.ts";
import { profileOf } from "../../src/monitoring/reference-profile.ts";
import { cellState } from "../../src/table/column.ts";
import { makeTable } from "../../src/table/table.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { normals } from "./monitoring-bench.ts";

type Calibrated = Extract<MonitorThreshold, { readonly kind: "calibrated" }>;
const threshold: Calibrated = { kind: "calibrated", falseAlarmRate: 0.001, minEffect: 0.1 };

/** A reference of 5,000 normal values of which a share is missing. */
function profile(missing: number): ReturnType<typeof profileOf> {
  const values = normals("reference", 5000, 0);
  const random = seededRandom("missing");
  const states = Uint8Array.from(values, () => (random.next() < missing ? cellState.absent : cellState.present));
  return profileOf(makeTable({ x: { tag: "f64", values, states } }));
}

/** A window of 400 values of which a share is missing. */
function column(seed: string, missing: number, shift = 0): WindowColumn {
  const random = seededRandom(`${seed} missing`);
  const values = normals(seed, 400, shift);
  return { values, present: Uint8Array.from(values, () => (random.next() < missing ? 0 : 1)) };
}

test("a profile is of numbers: text, JSON, 64-bit integers and lists are left out, and refused by name", () => {
  const types = {
    x: { tag: "f64", nullable: false },
    n: { tag: "i32", nullable: false },
    text: { tag: "utf8", nullable: false },
    json: { tag: "json", nullable: false },
    id: { tag: "i64", nullable: false },
    list: { tag: "f64[]", nullable: false },
  } as const;
  const table = tableFromRows([{ x: 1, n: 2, text: "3", json: { a: 4 }, id: 5n, list: [6] }], types);
  expect(Object.keys(profileOf(table).columns)).toEqual(["x", "n"]);
  for (const name of ["text", "json", "id", "list"])
    expect(() => profileOf(table, [name])).toThrowError(/table\/type-mismatch/);
});

const full = profile(0);
const judge = (one: WindowColumn | undefined, reference = full): ReturnType<typeof judgeDrift> =>
  judgeDrift(new Map([["x", one]]), reference, threshold);

test("missing cells are a value of their own: more of them is drift, as many as in the reference are not", () => {
  expect(judge(column("a", 0)).outcome).toBe("ok");
  expect(judge(column("a", 0.3)).outcome).toBe("bad");
  expect(judge(column("a", 1)).outcome).toBe("bad");
  const gappy = profile(0.3);
  expect(judge(column("b", 0.3), gappy).outcome).toBe("ok");
  expect(judge(column("b", 0), gappy).outcome).toBe("bad");
});

test("what stands behind a missing cell does not count", () => {
  const one = column("c", 0.3);
  const garbage = one.values.map((value, row) => (one.present[row] === 1 ? value : 1e9));
  expect(judge({ ...one, values: garbage })).toEqual(judge(one));
});

test("NaN cells are not missing cells, and many of them are drift", () => {
  const one = column("d", 0);
  const values = one.values.map((value, row) => (row % 3 === 0 ? Number.NaN : value));
  const verdict = judge({ ...one, values });
  expect(verdict.outcome).toBe("bad");
  const missing = { values: one.values, present: one.present.map((_, row) => (row % 3 === 0 ? 0 : 1)) };
  expect(judge({ ...one, values }, profile(1 / 3)).measured["x"]).not.toBe(
    judge(missing, profile(1 / 3)).measured["x"],
  );
});

test("a column that the reference or the predictions lack is insufficient, never ok", () => {
  expect(judge(undefined)).toMatchObject({ outcome: "insufficient", reason: "x is not in the predictions" });
  expect(judge(column("e", 0), { schema: 1, columns: {} })).toMatchObject({ outcome: "insufficient" });
  const both = new Map([
    ["x", column("e", 0, 5)],
    ["y", undefined],
  ]);
  expect(judgeDrift(both, full, threshold).outcome).toBe("insufficient");
});

test("the order of a window's rows changes nothing, and a verdict's numbers are finite", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: -3, max: 3, noNaN: true }),
      (seed, missing, shift) => {
        const one = column(String(seed), missing, shift);
        const order = seededRandom(`order ${seed}`).shuffle(Int32Array.from(one.values.keys()));
        const other = {
          values: Float64Array.from(order, (row) => one.values[row] ?? Number.NaN),
          present: Uint8Array.from(order, (row) => one.present[row] ?? 0),
        };
        const verdict = judge(one);
        expect(judge(other)).toEqual(verdict);
        expect(Number.isFinite(verdict.measured["x"])).toBe(true);
        expect(verdict.outcome).not.toBe("insufficient");
      },
    ),
    { numRuns: 60, seed: 11 },
  );
});

test("windows without drift alarm at most as often as stated", () => {
  const lax: Calibrated = { kind: "calibrated", falseAlarmRate: 0.05, minEffect: 0 };
  const gappy = profile(0.1);
  let bad = 0;
  for (let i = 0; i < 400; i++)
    if (judgeDrift(new Map([["x", column(`calm ${i}`, 0.1)]]), gappy, lax).outcome === "bad") bad++;
  expect(bad).toBeLessThanOrEqual(40);
  expect(bad).toBeGreaterThan(2);
});
