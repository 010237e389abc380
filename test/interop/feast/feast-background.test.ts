import { expect, test } from "vitest";
import { feastHandler } from "../../../src/interop/feast/index.ts";
import { featureService, onDemand, request, t } from "../../../src/features/index.ts";
import { type RowObject, tableFromRows } from "../../../src/table/table-from-rows.ts";
import { withWorkbench } from "../../features/feature-workbench.ts";
import { hour, service, start, trips } from "../../features/trips.ts";
import { all, answerOf, departing, post } from "./feast-requests.ts";

const rows: RowObject[] = Array.from({ length: 10 }, (_, id) => {
  const date = start - (id + 1) * hour;
  return { id, date, landed: date + 1, from: "ATL", to: "ORD", delay: id, price: id, rainy: false };
});
const early = { end_ts: "2023-12-31T20:00:00", feature_views: ["departures"] };
const late = { end_ts: "2024-01-01", feature_views: ["departures"] };

test("?async=true answers at once; a second one of the same views is 409 until the first is over", async () => {
  await withWorkbench(async ({ store, datasets }) => {
    await datasets.commit(trips, [tableFromRows(rows, trips.columns)]);
    const works: Promise<unknown>[] = [];
    const handler = feastHandler({
      features: store,
      services: [departing, service],
      operations: all,
      inBackground: (work) => works.push(work),
    });
    const ask = (body: unknown) => answerOf(handler, post("/materialize-incremental?async=true", body));
    const accepted = await ask(early);
    expect(accepted).toEqual({ status: 202, body: { status: "accepted", feature_views: ["departures", "route"] } });
    const refused = await ask({ ...early, feature_views: ["route"] });
    expect([refused.status, refused.body["feature_views"]]).toEqual([409, ["departures", "route"]]);
    expect(works).toHaveLength(1);
    expect(await works[0]).toMatchObject({ events: 14 });
    const again = await ask(late);
    expect([again.status, await works[1]]).toMatchObject([202, { events: 6 }]);
    // What is wrong with a request is told before anything is accepted.
    expect((await ask({ end_ts: "no date" })).status).toBe(422);
    expect(works).toHaveLength(2);
  });
});

test("a failure in the background is the host's to see, and frees the views", async () => {
  await withWorkbench(async ({ store }) => {
    const works: Promise<unknown>[] = [];
    const options = { features: store, services: [departing], operations: all };
    const handler = feastHandler({ ...options, inBackground: (work) => works.push(work) });
    for (let i = 0; i < 2; i++) {
      expect((await answerOf(handler, post("/materialize-incremental?async=1", late))).status).toBe(202);
      await expect(works[i]).rejects.toMatchObject({ code: "data/version-not-found" });
    }
  });
});

test("instants are epoch seconds with a fraction, −0 keeps its sign, times have as many digits as they need", async () => {
  const echo = onDemand("echo", {
    inputs: [request({ at: t.instant, x: t.float64 })],
    features: ({ at, x }) => ({ back: at, x: x.mul(1) }),
  });
  await withWorkbench(
    async ({ store }) => {
      const handler = feastHandler({ features: store, services: [featureService("s", [echo])] });
      const entities = '{"at":["2024-01-01T00:00:00.250Z",1704067200.25,-1],"x":[-0.0,0.5,"NaN"]}';
      const body = `{"features":["echo:back","echo:x"],"entities":${entities}}`;
      const answer = await (await handler(post("/get-online-features", body))).text();
      expect(answer).toContain('"values":[1704067200.25,1704067200.25,-1]');
      expect(answer).toContain('"values":[-0,0.5,"NaN"]');
      expect(answer).toContain('"2023-11-14T22:13:20.123456Z"');
    },
    { clock: { nowMs: () => 1_700_000_000_123.456 } },
  );
});
