import { test } from "vitest";
import type { Digest } from "../../src/core/digest.ts";
import type { FeatureServers } from "../support/feature-place.ts";
import { type KilledWork, killAndGoOn } from "../support/kill-features.ts";
import {
  commitHistory,
  doFeatureStep,
  type OpenFeatures,
  openFeatures,
  readingsDigest,
  stepCount,
} from "../support/materialize-steps.ts";
import { describePostgres } from "../support/postgres-server.ts";
import { describeRedis } from "../support/redis-server.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const kills = 26;

/** Where the order to a child has the versions. */
const versionsIn = (told: object): readonly Digest[] => ("versions" in told ? (told.versions as Digest[]) : []);
const work: KilledWork<OpenFeatures> = {
  script: "materialize-child.ts",
  steps: stepCount,
  open: openFeatures,
  prepare: async (open) => ({ versions: await commitHistory(open) }),
  step: (open, told, step) => doFeatureStep(open, versionsIn(told), step),
  digest: readingsDigest,
};

describePostgres("kill -9 of what materializes and pushes online, metadata in Postgres", (postgres) => {
  const kill = async (servers: Omit<FeatureServers, "name">, label: string): Promise<void> => {
    await killAndGoOn(work, kills, `materialize ${label}`, (name) => ({
      folder: temporaryFolder(),
      servers: { ...servers, name: `${label}_${name}` },
    }));
  };

  test("online in Postgres: going on gives the bits of an undisturbed run", { timeout: 300_000 }, async () => {
    await kill({ postgres: postgres().url }, "postgres");
  });

  describeRedis("and Redis", (redis) => {
    test("online in Redis: going on gives the bits of an undisturbed run", { timeout: 300_000 }, async () => {
      await kill({ postgres: postgres().url, redis: redis().port }, "redis");
    });
  });
});
