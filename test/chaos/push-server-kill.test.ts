import { test } from "vitest";
import type { FeatureServers } from "../support/feature-place.ts";
import { type KilledWork, killAndGoOn } from "../support/kill-features.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { doPushStep, type OpenPushes, openPushes, pushedDigest, pushSteps } from "../support/push-history-steps.ts";
import { describeRedis } from "../support/redis-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const kills = 26;

const work: KilledWork<OpenPushes> = {
  script: "push-history-child.ts",
  steps: pushSteps,
  open: openPushes,
  prepare: async () => ({}),
  step: (open, _, step) => doPushStep(open, step),
  digest: pushedDigest,
};

describePostgres("kill -9 of what pushes to history and to both, and flushes, metadata in Postgres", (postgres) => {
  const kill = async (servers: Omit<FeatureServers, "name">, label: string): Promise<void> => {
    await killAndGoOn(work, kills, `push ${label}`, (name) => ({
      folder: temporaryFolder(),
      servers: { ...servers, name: `${label}_${name}` },
    }));
  };

  test("online in Postgres: going on gives the rows and bits of an undisturbed run", { timeout: 300_000 }, async () => {
    await kill({ postgres: postgres().url }, "postgres");
  });

  describeRedis("and Redis", (redis) => {
    test("online in Redis: going on gives the rows and bits of an undisturbed run", { timeout: 300_000 }, async () => {
      await kill({ postgres: postgres().url, redis: redis().port }, "redis");
    });
  });
});
