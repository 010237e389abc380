import { expect, test } from "vitest";
import { memoryOnline } from "../../src/backends/memory/memory-online-store.ts";
import { featureService } from "../../src/features/index.ts";
import { tableFromRows } from "../../src/table/table-from-rows.ts";
import { withWorkbench } from "./feature-workbench.ts";
import { departures, hour, start, trips } from "./trips.ts";

test("a dropped entity is missing, and materializing from before its events brings it back whole", async () => {
  const online = memoryOnline({ maxEntities: 2 });
  const service = featureService("departures-v1", [departures]);
  const trip = (id: number, from: string, price: number) => ({
    id,
    date: new Date(start + id * 60_000),
    landed: new Date(start + id * 60_000),
    from,
    to: "X",
    delay: id,
    price,
    rainy: false,
  });
  const rows = [trip(1, "a", 1), trip(2, "a", 2), trip(3, "b", 3), trip(4, "c", 4)];
  const table = tableFromRows(rows, trips.columns);
  await withWorkbench(
    async ({ datasets, store }) => {
      await datasets.commit(trips, [table]);
      await store.register(service);
      const atMs = start + hour;
      const read = async (from: string): Promise<readonly unknown[]> => {
        const { features } = await store.online(service, { from }, { atMs });
        const cost = features["departures.cost_2d"];
        return [features["departures.last_price"].status, cost.status === "present" ? cost.value : undefined];
      };
      await store.materialize(service, { to: atMs });
      expect(online.evictions).toBe(1);
      expect(await read("a")).toEqual(["missing", undefined]);
      expect(await read("b")).toEqual(["present", 3]);
      expect(await read("c")).toEqual(["present", 4]);
      await store.materialize(service, { from: start, to: start + 2 * 60_000 }); // the trips of a
      expect(online.evictions).toBe(2);
      expect(await read("a")).toEqual(["present", 3]);
      expect(await read("b")).toEqual(["missing", undefined]); // read before c
      expect(await read("c")).toEqual(["present", 4]);
    },
    { online },
  );
});
