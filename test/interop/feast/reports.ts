import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { dataset } from "../../../src/data/dataset.ts";
import { entity, featureService, featureView, t } from "../../../src/features/index.ts";
import { type FeastHandler, feastHandler } from "../../../src/interop/feast/index.ts";
import { openWorkspace } from "../../../src/open-workspace.ts";
import { all, post } from "./feast-requests.ts";

// What is asked of Feast itself and of the handler alike; scripts/record-feast.ts records Feast's part.

const reports = dataset("reports", {
  schema: z.object({
    id: z.number().int(),
    driver_id: z.bigint(),
    rate: z.number().nullable(),
    grade: z.number().int().nullable(),
    active: z.boolean().nullable(),
    seen: z.date().nullable(),
    at: z.date(),
  }),
  eventTime: "at",
  id: "id",
});
const stats = featureView("stats", {
  source: reports,
  entities: [entity("driver", { driver_id: t.int64 })],
  ttl: "2h",
  latest: { rate: "rate", grade: "grade", active: "active", seen: "seen" },
});
const service = featureService("svc", [stats]);

/** When all but one of the pushed reports were made. */
export const recent = "2023-12-31T23:00:00Z";
/** What Feast's server was pushed; with the ids that pushes need here. */
const pushed = `{"id":[1,2,3,4],"driver_id":[1001,9007199254740993,1002,1005],"rate":[0.1,-2.5,null,1.5],"grade":[4,-5,null,5],
  "active":[true,false,null,false],"seen":["2024-01-01T00:00:00Z","1969-12-31T23:59:59Z",null,"1970-01-01"],
  "at":["${recent}","${recent}","${recent}","2020-01-01"]}`;
/** A report that history alone has. */
const earlier = `{"id":[10],"driver_id":[1010],"rate":[7.5],"grade":[8],"active":[true],"seen":[null],"at":["2023-12-31T22:30:00Z"]}`;

/**
 * Runs work with a handler that serves reports at the beginning of 2024; what goes on in the background is over before the next request is
 * answered.
 */
export async function withReports(work: (handler: FeastHandler) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sluice-feast-"));
  const ws = await openWorkspace({ path: folder, clock: { nowMs: () => Date.UTC(2024, 0, 1) } });
  let background: Promise<unknown> = Promise.resolve();
  const handler = feastHandler({
    features: ws.features,
    services: [service],
    operations: all,
    inBackground: (running) => {
      background = running;
    },
  });
  try {
    await handler(post("/push", `{"push_source_name":"reports","df":${pushed}}`));
    await handler(post("/push", `{"push_source_name":"reports","to":"offline","df":${earlier}}`));
    await ws.features.flush();
    await work(async (request) => {
      await background;
      return handler(request);
    });
    await background;
  } finally {
    await ws.close();
    await rm(folder, { recursive: true });
  }
}
