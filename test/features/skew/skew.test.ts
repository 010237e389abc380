import fc from "fast-check";
import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "vitest";
import { seededRandom } from "../../../src/core/random.ts";
import type { ServedVectors } from "../../../src/contracts/served-vectors.ts";
import { featureService, makeKernel, type SkewOptions } from "../../../src/features/index.ts";
import {
  type Call,
  closure,
  hour,
  load,
  minute,
  ready,
  service,
  someCalls,
  start,
  withSkewBench,
} from "./skew-bench.ts";

const none = { definition: 0, late: 0, missing: 0, expired: 0, unexplained: 0 };
const call = (id: number, atMinutes: number, minutes: number, station = "A"): Call => ({
  id,
  time: start + atMinutes * minute,
  known: start + atMinutes * minute,
  station,
  minutes,
});
const few = [call(0, 0, 5), call(1, 20, 7), call(2, 40, 11), call(3, 50, 13), call(4, 45, 3, "B")];
const at = start + hour;

afterEach(() => {
  closure.factor = 2;
});

describe("what was served and is computed again", () => {
  test("a clean run has no difference, over random cuts of the history into pushes, materializations and commits", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 0, max: 60 }), async (seed, cut) => {
        await withSkewBench(async ({ store, reader, push, commit, clock, ask }) => {
          const random = seededRandom(`clean ${seed}`);
          const rows = someCalls(random, 60);
          await commit(rows.slice(0, cut));
          if (cut > 0) await store.materialize(service, { to: rows[cut - 1]?.time ?? start });
          for (let from = cut; from < rows.length; from++) {
            await push(rows.slice(from, from + 1));
            const next = rows[from + 1]?.time ?? Number.POSITIVE_INFINITY;
            if (random.int(4) > 0 || next <= (rows[from]?.time ?? start) || next === Number.POSITIVE_INFINITY) continue;
            clock.set(rows[from]?.time ?? start);
            await ask(["A", "B", "C", "nowhere"][random.int(4)] ?? "A", Math.max(rows[from]?.time ?? 0, next - 1));
          }
          clock.advance(24 * hour);
          await commit(rows.slice(cut));
          await reader.flush();
          const skew = await store.skew(service);
          expect(skew.total).toMatchObject({ equal: skew.rows * service.features.length, causes: none });
          expect(skew.examples).toEqual([]);
        });
      }),
      { numRuns: 25, seed: 7 },
    );
  });

  test("random rows that come late are late, random rows that never come online are missing or expired, and no definition differs", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.boolean(), async (seed, isLate) => {
        await withSkewBench(async ({ store, reader, push, commit, clock, ask }) => {
          const random = seededRandom(`planted ${seed}`);
          const rows = someCalls(random, 80);
          const there = rows.filter(() => random.int(5) > 0);
          await push(there);
          await commit(isLate ? there : rows);
          for (let i = 0; i < 12; i++)
            await ask(["A", "B", "C"][i % 3] ?? "A", start + (2 + i / 2) * hour + i * minute);
          clock.advance(hour);
          if (isLate) {
            await push(rows.filter((row) => !there.includes(row)));
            await commit(rows.filter((row) => !there.includes(row)));
          }
          await reader.flush();
          const { total } = await store.skew(service);
          const { definition, unexplained, late, missing, expired } = total.causes;
          expect({ definition, unexplained }).toEqual({ definition: 0, unexplained: 0 });
          expect(total.equal).toBeLessThan(total.cells);
          expect(isLate ? missing + expired : late).toBe(0);
        });
      }),
      { numRuns: 20, seed: 11 },
    );
  });

  test("a row that comes after T is late, in every feature that it reaches, and in those computed from them", async () => {
    await withSkewBench(async ({ store, reader, push, commit, clock, ask }) => {
      const [late] = few.slice(2, 3);
      const rest = few.filter((row) => row !== late);
      await push(rest);
      await commit(rest);
      await ask("A", at);
      await ask("B", at);
      clock.advance(hour);
      await push(late === undefined ? [] : [late]);
      await commit(late === undefined ? [] : [late]);
      await reader.flush();
      const skew = await store.skew(service);
      expect(skew.total.causes).toEqual({ ...none, late: 4 });
      for (const name of ["load.n_1h", "load.mean_1h", "load.sum_24h", "ready.pressure"])
        expect(skew.byFeature[name]).toMatchObject({ cells: 2, equal: 1, causes: { late: 1 }, mismatched: 1 });
      // Served 3 events, history has 4; the other station is equal.
      expect(skew.byFeature["load.n_1h"]?.smape).toBeCloseTo(1 / (3 + 4 + 1 + 1), 12);
      expect(skew.share).toBeCloseTo(4 / 12, 12);
      expect(skew.examples[0]).toMatchObject({ cause: "late", input: { station: "A", km: 9 }, atMs: at });
    });
  });

  test("several rows that came late, one of them the newest, in a nightly commit: late too", async () => {
    await withSkewBench(async ({ store, reader, push, commit, clock, ask }) => {
      const isLate = (row: Call): boolean => row.id === 1 || row.id === 3;
      await push(few.filter((row) => !isLate(row)));
      await ask("A", at);
      clock.advance(hour);
      await push(few.filter(isLate));
      clock.advance(12 * hour);
      await commit(few);
      await reader.flush();
      const { causes } = (await store.skew(service)).total;
      expect(causes).toEqual({ ...none, late: 5 });
    });
  });

  test("events that history had and the online store had not are missing, whether it has got them since or not", async () => {
    for (const healed of [false, true]) {
      await withSkewBench(async ({ store, reader, commit, push, ask }) => {
        await commit(few);
        await push(few.filter(({ id }) => id !== 2 && id !== 4));
        await ask("A", at);
        await ask("B", at);
        if (healed) await push(few);
        await reader.flush();
        const skew = await store.skew(service);
        expect(skew.total.causes).toEqual({ ...none, missing: 4 + 5 });
        expect(skew.byFeature["load.last"]).toMatchObject({ valueMissing: 1, causes: { missing: 1 } });
        expect(String(skew)).toContain("that history had, as event");
      });
    }
  });

  test("a materialization that lagged behind is missing, also where only the older part was there", async () => {
    await withSkewBench(async ({ store, reader, commit, ask }) => {
      await commit(few);
      await store.materialize(service, { to: start + 25 * minute });
      await ask("A", at);
      await reader.flush();
      const { causes } = (await store.skew(service)).total;
      expect(causes).toEqual({ ...none, missing: 5 });
    });
  });

  test("a value that had outlived its TTL online, while history has a newer one, is expired", async () => {
    await withSkewBench(async ({ store, reader, commit, push, ask }) => {
      const rows = [call(0, 0, 5), call(1, 10, 6), call(2, 150, 7)];
      await commit(rows);
      await push(rows.slice(0, 2));
      await ask("A", start + 170 * minute);
      await reader.flush();
      const skew = await store.skew(service);
      expect(skew.byFeature["load.last"]?.causes).toEqual({ ...none, expired: 1 });
      expect(skew.total.causes).toMatchObject({ definition: 0, late: 0, unexplained: 0 });
      expect(skew.examples.find(({ feature }) => feature === "load.last")).toMatchObject({
        served: "expired",
        computed: 7,
      });
    });
  });

  test("a function that changed under its version is a definition skew, beside late rows", async () => {
    await withSkewBench(async ({ store, reader, push, commit, clock, ask }) => {
      await push(few.slice(0, 3));
      await commit(few.slice(0, 3));
      await ask("A", at);
      clock.advance(hour);
      await push(few.slice(3));
      await commit(few.slice(3));
      await reader.flush();
      closure.factor = 3;
      const skew = await store.skew(service);
      expect(skew.total.causes).toEqual({ ...none, definition: 1, late: 5 });
      expect(skew.byFeature["ready.scaled"]?.causes.definition).toBe(1);
      expect(skew.examples[0]).toMatchObject({
        feature: "ready.scaled",
        cause: "definition",
        served: 18,
        computed: 27,
      });
    });
  });

  test("an upstream that gives other values online than in history is a definition skew, with the event", async () => {
    await withSkewBench(async ({ store, reader, push, commit, ask }) => {
      await push(few.map((row) => (row.id === 1 ? { ...row, minutes: 700 } : row)));
      await ask("A", at);
      await commit(few);
      await reader.flush();
      const skew = await store.skew(service);
      expect(skew.total.causes).toEqual({ ...none, definition: 3 });
      expect(skew.examples[0]?.because).toContain("event 1 is");
      expect(skew.examples[0]?.because).toContain("(700) of 2024-03-01T00:20:00.000Z online");
    });
  });

  test("a kernel that computes otherwise is a definition skew: fewer events do not explain it", async () => {
    await withSkewBench(async ({ store, reader, push, commit, ask, withKernel }) => {
      const rows = someCalls(seededRandom("kernel"), 60, ["A"]);
      await push(rows);
      await commit(rows);
      for (let i = 0; i < 20; i++) await ask("A", start + 3 * hour + i * 7 * minute);
      await reader.flush();
      expect((await store.skew(service)).total.causes).toEqual(none);
      const skew = await withKernel(makeKernel({ windowOffsetMs: 600_000 })).skew(service);
      expect(skew.total.causes.definition).toBeGreaterThan(0);
      expect(skew.total.causes).toMatchObject({ late: 0, expired: 0 });
    });
  });

  test("a service of which only a computed view is listed: what it was computed from is found out", async () => {
    const derived = featureService("derived-only", [ready]);
    await withSkewBench(async ({ store, reader, push, commit, clock }) => {
      await store.register(derived);
      await push(few.slice(0, 3));
      await commit(few.slice(0, 3));
      clock.set(at);
      await reader.vectors(derived, [{ station: "A", km: 9 }]);
      clock.advance(hour);
      await push(few.slice(3));
      await commit(few.slice(3));
      await reader.flush();
      expect((await store.skew(derived)).total.causes).toEqual({ ...none, late: 1 });
      closure.factor = 5;
      expect((await store.skew(derived)).total.causes).toEqual({ ...none, late: 1, definition: 1 });
    });
  });

  test("nothing logged, or another meaning of the service, is no verdict", async () => {
    await withSkewBench(async ({ store, reader, commit, ask }) => {
      await commit(few);
      expect(String(await store.skew(service))).toContain("nothing was logged: nothing can be said");
      await ask("A", at);
      await reader.flush();
      const other = featureService("calls-v1", [load]);
      const skew = await store.skew(other);
      expect(skew.rows).toBe(0);
      expect(skew.share).toBeUndefined();
      expect((await store.skew(service, { toMs: at })).rows).toBe(0);
      expect((await store.skew(service, { fromMs: at, toMs: at + 1 })).rows).toBe(1);
    });
  });

  test("vectors that are given are those of the period alone, as those of the logs are", async () => {
    await withSkewBench(async ({ store, commit }) => {
      await commit(few);
      const { names, values, statuses, atMs, rows } = await store.vectors(service, [{ station: "A", km: 9 }]);
      const given: ServedVectors = {
        service,
        rows,
        names,
        values,
        statuses,
        atMs,
        servedAtMs: Float64Array.of(at),
        inputs: ['{"km":9,"station":"A"}'],
        predictionIds: [""],
      };
      const rowsIn = async (period: SkewOptions) => (await store.skew(service, { served: [[given]], ...period })).rows;
      expect([await rowsIn({}), await rowsIn({ fromMs: at, toMs: at + 1 })]).toEqual([1, 1]);
      expect([await rowsIn({ fromMs: at + 1 }), await rowsIn({ toMs: at })]).toEqual([0, 0]);
    });
  });

  test("limits that are none are refused by name", async () => {
    await withSkewBench(async ({ store, commit }) => {
      await commit(few);
      for (const limit of [{ explainRows: -1 }, { examples: Number.NaN }, { rate: 2 }])
        await expect(store.skew(service, limit)).rejects.toMatchObject({ code: "argument/invalid" });
      await expect(store.served(service, { limit: 0.5 })).rejects.toMatchObject({ code: "argument/invalid" });
    });
  });

  test("the report is worth printing, and bounded", async () => {
    await withSkewBench(async ({ store, reader, commit, push, ask }) => {
      await commit(few);
      await push(few.slice(0, 1));
      for (let i = 0; i < 30; i++) await ask("A", at + i * minute);
      await reader.flush();
      const skew = await store.skew(service, { examples: 3, explainRows: 20 });
      expect(skew.examples).toHaveLength(3);
      expect(skew.total.causes.unexplained).toBeGreaterThan(0);
      expect(skew.total.cells - skew.total.equal).toBe(
        Object.values(skew.total.causes).reduce((all, causes) => all + causes, 0),
      );
      const text = inspect(skew);
      expect(text).toBe(String(skew));
      expect(text).toMatch(
        /^Skew of calls-v1 \(sha256:[0-9a-f]{8}…\), served the beginning to now:\n {2}30 rows, 180 cells: /,
      );
      expect(text.split("\n").length).toBeLessThan(16);
    });
  });
});
