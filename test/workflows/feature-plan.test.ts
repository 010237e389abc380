import { expect, test } from "vitest";
import { count, entity, featureService, featureView, mean, t } from "../../src/index.ts";
import {
  flights,
  ingestFlights,
  openLoop,
  service,
  someFlights,
  startMs,
  trainingOf,
  trainVersion,
} from "../support/small-loop.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("a workspace's plan names the model versions that keep the old meaning, and their online data is not collected", {
  timeout: 60_000,
}, async () => {
  const folder = temporaryFolder();
  const rows = someFlights(600);
  const end = startMs + 600 * 60_000;
  const first = await openLoop(folder);
  await ingestFlights(first, rows);
  const training = await trainingOf(first, rows.slice(100, 400));
  await trainVersion(first, training, await trainingOf(first, rows.slice(400)));
  await first.features.materialize(service, { to: end });
  await first.close();

  const changed = featureService("delay-v1", [
    featureView("load", {
      source: flights,
      entities: [entity("airport", { origin: t.utf8 })],
      windows: { delay_1h: mean("delay").over("2h"), flights_24h: count().over("24h") },
    }),
  ]);
  const ws = await openLoop(folder);
  const plan = await ws.features.apply([changed]);
  expect(plan.services[0]?.models).toEqual([
    expect.objectContaining({
      name: "delay",
      version: 1,
      stage: "registered",
      service: expect.objectContaining({ hash: service.hash }),
    }),
  ]);
  expect(String(plan)).toContain("    ! model delay@1 (registered) keeps delay-v1 sha256:");
  expect(String(plan)).toContain("      - window delay_24h: mean(delay) over 1d, hop 1h (delay_24h)");
  expect((await ws.features.current("delay-v1"))?.hash).toBe(changed.hash);
  expect((await ws.features.collect({ dryRun: true })).views).toEqual([]);
  await ws.registry.promote({ name: "delay", version: 1 }, "archived", { actor: "ada", reason: "replaced" });
  expect((await ws.features.collect()).views).toEqual([service.views[0]?.hash]);
  await ws.close();
});
