import { expect, test } from "vitest";
import { z } from "zod";
import { dataset } from "../../src/data/dataset.ts";
import { count, entity, featureService, featureView, t } from "../../src/features/index.ts";
import { openWorkspace } from "../../src/open-workspace.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

// A row without a key or an event time is no event and does not claim its id: a corrected row of the id counts, online and in training.

const minute = 60_000;
const start = Date.UTC(2024, 0, 1);
const visits = dataset("visits", {
  schema: z.object({
    id: z.number().int(),
    time: z.date().nullable(),
    user: z.string().nullable(),
    shop: z.string().nullable(),
    value: z.number(),
  }),
  eventTime: "time",
  id: "id",
});
const windows = { n: count().over("1h") };
const entities = { user: entity("user", { user: t.utf8 }), shop: entity("shop", { shop: t.utf8 }) };
const shared = { source: visits, windows, latest: { value: "value" }, ttl: "1d" } as const;
const service = featureService("visits-v1", [
  featureView("of_user", { ...shared, entities: [entities.user] }),
  featureView("of_shop", { ...shared, entities: [entities.shop] }),
  featureView("of_both", { ...shared, entities: [entities.user, entities.shop] }),
]);
const visit = (id: number, value: number, user: string | null, shop: string | null, at: number | null = id) => ({
  id,
  time: at === null ? null : new Date(start + at * minute),
  user,
  shop,
  value,
});

const pushes = [
  [visit(1, 1, null, "S"), visit(2, 2, "U", "S", null), visit(3, 3, "U", "S"), visit(4, 4, "U", null)],
  [visit(1, 10, "U", "S"), visit(2, 20, "U", "S"), visit(3, 30, "U", "S"), visit(4, 40, null, "S")],
  [visit(4, 400, "U", "S"), visit(1, 100, "U", "S"), visit(2, 200, "U", "S"), visit(5, 5, null, "S")],
];

for (const flushed of ["after all", "after each"] as const) {
  test(`a corrected row counts online and in training alike: flushed ${flushed}`, async () => {
    await using ws = await openWorkspace(temporaryFolder());
    await ws.features.apply([service]);
    for (const rows of pushes) {
      await ws.features.push(visits, rows, { to: "both" });
      await ws.features.push(visits, rows, { to: "both" }); // again: nothing changes
      if (flushed === "after each") await ws.features.flush();
    }
    await ws.features.flush();
    const table = await ws.data.read("visits");
    expect(table.rowCount, "no row of an id that another covers").toBe(9);
    for (const at of [2, 3, 4, 5, 10]) {
      const atMs = start + at * minute;
      const { features } = await ws.features.online(service, { user: "U", shop: "S" }, { atMs });
      const spine = tableFromRows([{ user: "U", shop: "S", at: atMs }], { user: t.utf8, shop: t.utf8, at: t.instant });
      const { table: set } = await ws.features.training(service, { spine, at: "at" });
      for (const [name, cell] of Object.entries(features)) {
        const value = cell.status === "present" ? cell.value : Number.NaN;
        const column = set.columns[name];
        expect([at, name, column?.values[0]]).toEqual([at, name, value]);
      }
    }
    const { features } = await ws.features.online(service, { user: "U", shop: "S" }, { atMs: start + 10 * minute });
    const values = ["of_user.n", "of_shop.n", "of_both.n", "of_both.value"].map((name) => {
      const cell = Object.entries(features).find(([own]) => own === name)?.[1];
      return cell?.status === "present" ? cell.value : undefined;
    });
    expect(values).toEqual([4, 5, 4, 400]);
  });
}
