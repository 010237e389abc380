import { expect } from "vitest";
import { nullable, t } from "../../../src/features/index.ts";
import { concatTables } from "../../../src/table/concat-tables.ts";
import type { Table } from "../../../src/table/table.ts";
import { tableToRows } from "../../../src/table/table-to-rows.ts";
import type { Workbench } from "../feature-workbench.ts";
import { plainDataset } from "../plain-dataset.ts";
import { answers, column, spineOf } from "./answers.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { commitRatings, day, jan, ratings, ratingService } from "./drivers.ts";

const now = jan(1);
const late = jan(20);
const v = "rating.v";

/** Which row is an entity's value at an instant, in training as online. */
export const pointInTime: readonly ConformanceCase[] = [
  {
    number: 1,
    name: "of equal event times the one known later counts, in whatever order they came",
    run: async (bench) => {
      await commitRatings(bench, [
        [1001n, now, now, 10],
        [1001n, now, now + day, 20],
        [1002n, now, now + day, 20],
        [1002n, now, now, 10],
      ]);
      const questions = [1001n, 1002n].map((driver) => ({ driver, at: now + 2 * day }));
      expect(column(await answers(bench, ratingService(), questions, late), v)).toEqual([20, 20]);
    },
  },
  {
    number: 2,
    name: "a later event time beats a later known time",
    run: async (bench) => {
      await commitRatings(bench, [
        [1002n, now, now + day, 30],
        [1002n, now + day, now + day, 40],
      ]);
      const questions = [{ driver: 1002n, at: now + 2 * day }];
      expect(column(await answers(bench, ratingService(), questions, late), v)).toEqual([40]);
    },
  },
  {
    number: 3,
    name: "a time to live bounds the past",
    run: async (bench) => {
      await commitRatings(bench, [
        [1n, jan(0), null, 11],
        [1n, jan(2), null, 22],
        [1n, jan(3), null, 33],
        [2n, Date.UTC(2023, 0, 3), null, 22],
        [3n, jan(1), jan(3), 10],
        [3n, jan(1), jan(2), 20],
      ]);
      const questions = [
        { driver: 1n, at: jan(1) },
        { driver: 1n, at: jan(2) },
        { driver: 2n, at: jan(1) },
        { driver: 3n, at: jan(3) },
      ];
      const service = ratingService({ ttl: "10d" });
      expect(column(await answers(bench, service, questions, late), v)).toEqual([11, 22, undefined, 10]);
    },
  },
  {
    number: 4,
    name: "without a time to live the past is unbounded; one of 0, which Feast takes for that, is refused",
    run: async (bench) => {
      await commitRatings(bench, [[1n, Date.UTC(1970, 0, 2), null, 7]]);
      expect(column(await answers(bench, ratingService(), [{ driver: 1n, at: late }], late), v)).toEqual([7]);
      expect(() => ratingService({ ttl: "0s" })).toThrowError('the ttl "0s" in feature view "rating"');
    },
  },
  {
    number: 5,
    name: "with a known time a correction counts from when it was known; without one, at once",
    run: async (bench) => {
      await commitRatings(bench, [
        [1n, jan(1, 10), jan(1, 12), 0.4],
        [1n, jan(1, 10), jan(3), 0.6],
      ]);
      const questions = [{ driver: 1n, at: jan(2) }];
      expect(column(await answers(bench, ratingService(), questions, late), v)).toEqual([0.4]);
      const off = ratingService({ source: { ...ratings, knownTime: undefined } });
      expect(column(await answers(bench, off, questions, late), v)).toEqual([0.6]);
    },
  },
  {
    number: 6,
    name: "a known time that is null is the event time (Feast leaves such a row out)",
    run: async (bench) => {
      await commitRatings(bench, [
        [1n, jan(1, 10), jan(1, 12), 0.4],
        [1n, jan(1, 11), null, 0.6],
      ]);
      const questions = [
        { driver: 1n, at: jan(1, 11) - 1 },
        { driver: 1n, at: jan(1, 11) },
        { driver: 1n, at: jan(2) },
      ];
      expect(column(await answers(bench, ratingService(), questions, late), v)).toEqual([undefined, 0.6, 0.6]);
    },
  },
  {
    number: 7,
    name: "a row all of whose candidates became known later is kept, without a value",
    run: async (bench) => {
      await commitRatings(bench, [[1n, jan(1), jan(5), 1]]);
      const questions = [
        { driver: 1n, at: jan(2) },
        { driver: 1n, at: jan(5) },
      ];
      expect(column(await answers(bench, ratingService(), questions, late), v)).toEqual([undefined, 1]);
    },
  },
  {
    number: 8,
    name: "an entity without a known value does not borrow another's",
    run: async (bench) => {
      await commitRatings(bench, [
        [1n, jan(1), jan(1), 0.4],
        [2n, jan(1), jan(9), 0.9],
      ]);
      const questions = [1n, 2n].map((driver) => ({ driver, at: jan(2) }));
      expect(column(await answers(bench, ratingService(), questions, late), v)).toEqual([0.4, undefined]);
    },
  },
  {
    number: 17,
    name: "the latest values of an interval: present, and from inside it",
    run: async (bench) => {
      const [from, to] = [jan(2), jan(5)];
      await commitRatings(bench, [
        [1n, jan(1), null, 1],
        [1n, jan(3), null, 2],
        [1n, jan(6), null, 3],
        [2n, jan(2), null, 4],
        [3n, jan(1), null, 5],
      ]);
      const service = ratingService({ ttl: `${(to - from) / day}d` });
      const questions = [1n, 2n, 3n].map((driver) => ({ driver, at: to }));
      expect(column(await answers(bench, service, questions, late), v)).toEqual([2, 4, undefined]);
      for (const [driver, eventTimeMs] of [
        [1n, jan(3)],
        [2n, from],
      ] as const) {
        const { features } = await bench.store.online(service, { driver }, { atMs: to });
        expect(features).toMatchObject({ "rating.v": { status: "present", eventTimeMs } });
      }
    },
  },
  {
    number: 18,
    name: "a training set that is kept and read again is what was computed",
    run: async (bench) => {
      await commitRatings(bench, [
        [1n, jan(1), null, 1.5],
        [2n, jan(1), null, null],
      ]);
      await keptAndRead(bench);
    },
  },
];

async function keptAndRead({ store, datasets }: Workbench): Promise<void> {
  const service = ratingService();
  const questions = [1n, 2n, 3n].map((driver) => ({ driver, at: jan(2) }));
  const { table } = await store.training(service, { spine: spineOf(service, questions), at: "at" });
  const kept = plainDataset("kept", { driver: t.int64, at: t.instant, "rating.v": nullable(t.float64) });
  const { digest } = await datasets.commit({ ...kept, eventTime: "at" }, [table]);
  const parts: Table[] = [];
  for await (const part of datasets.scan(digest)) parts.push(part);
  const read = tableToRows(concatTables(parts));
  expect(read).toEqual(tableToRows(table));
  expect(column(read, v)).toEqual([1.5, null, undefined]);
}
