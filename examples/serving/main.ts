// Stage 5, serving: a challenger goes through shadow and canary to production while the router answers; a broken one is rolled back.
import type { ModelRuntime } from "sluice/contracts";
import { canary, disagreement, errorRate } from "sluice/serving";
import { linearRuntime } from "sluice/backends/function";
import type { Workspace } from "sluice";
import {
  firstChampion,
  ingestTrips,
  lateModel,
  leavesAt,
  openExample,
  promoteTo,
  registerOn,
  service,
} from "../trips.ts";
import { tripRows } from "../trips.ts";

const { ws, remove } = await openExample();
const champion = await firstChampion(ws);
await ingestTrips(ws, 3000, 9000);
await ws.features.materialize(service, { from: leavesAt(0), to: leavesAt(9000) });

const plan = canary({
  steps: [
    { share: 0, minRequests: 300 },
    { share: 0.2, minRequests: 500 },
  ],
  guardrails: [errorRate({ atMost: 0.02 }), disagreement({ bound: 0.2, atMost: 0.1 })],
});

/** Serves the trips [from, to) as they leave, 50 at a time, until the rollout ends; returns how many were served. */
async function serve(router: Awaited<ReturnType<typeof openRouter>>, from: number, to: number): Promise<number> {
  for (let at = from; at < to; at += 50) {
    const requests = tripRows(at, at + 50).map(({ trip, depot, km }) => ({ trip, depot, km }));
    const atMs = Float64Array.from(requests, ({ trip }) => leavesAt(trip));
    const failed = (await router.predictMany(requests, { atMs })).filter((result) => !result.ok);
    if (failed.length > 0) throw new Error("the champion answers what the challenger cannot");
    await router.flush();
    const phase = router.status().rollout?.phase;
    if (phase === "passed" || phase === "rolledBack") return at + 50 - from;
  }
  return to - from;
}

function openRouter(workspace: Workspace, runtime: ModelRuntime) {
  return workspace.serving.router(lateModel, { unit: ({ trip }) => String(trip), runtime });
}

// A good challenger: trained on more trips.
const challenger = await registerOn(ws, 0, 2500, 3500);
await promoteTo(ws, challenger, "staging");
await promoteTo(ws, challenger, "candidate");
let router = await openRouter(ws, linearRuntime());
await router.startRollout(challenger.version, plan, { actor: "ann" });
const served = await serve(router, 3500, 9000);
console.log(`${router.status().rollout?.phase} after ${served} requests: ${router.status().rollout?.reason}`);
await promoteTo(ws, challenger, "production");
await router.refresh();
console.log(`champion ${champion.version} was replaced by version ${router.status().champion}`);
await router.close();

// A broken one: it passes every gate, but where it is served it throws on every tenth request or so.
const broken = await registerOn(ws, 500, 3000, 4000);
await promoteTo(ws, broken, "staging");
await promoteTo(ws, broken, "candidate");
const good = linearRuntime();
let loaded = 0;
const throwing: ModelRuntime = {
  ...good,
  load: async (content) => {
    const handle = await good.load(content);
    loaded += 1;
    if (loaded === 1) return handle; // the champion is loaded first
    const predict: typeof handle.predict = (batch) => {
      if (batch.values.some((value, i) => i % 3 === 2 && value % 10 === 0)) throw new Error("lookup table lost");
      return handle.predict(batch);
    };
    return { ...handle, predict };
  },
};
router = await openRouter(ws, throwing);
await router.startRollout(broken.version, plan, { actor: "ann" });
await serve(router, 3500, 9000);
const { rollout, champion: answering } = router.status();
console.log(`${rollout?.phase} after ${rollout?.requests} requests: ${rollout?.reason}; version ${answering} answers`);
await remove();
