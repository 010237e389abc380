// Does random operations on one model of a registry that other processes work on too; prints each with its answer, and when it was asked and answered.
// argv: a JSON of RaceOrder
import pg from "pg";
import { once } from "node:events";
import { postgresMetadata } from "../../src/backends/postgres/postgres-metadata-store.ts";
import { isSluiceError } from "../../src/core/errors.ts";
import { seededRandom } from "../../src/core/random.ts";
import type { PromotionResult } from "../../src/registry/promotion/promotion-result.ts";
import { openRegistry } from "../registry/registry-fixture.ts";
import type { RaceAnswer, RaceOrder } from "./registry-race.ts";
import { racePolicy } from "./registry-race-policy.ts";

const order: RaceOrder = JSON.parse(process.argv[2] ?? "{}");
const { folder, postgres, name, operations, gateMs } = order;
const pool = postgres === undefined ? undefined : new pg.Pool({ connectionString: postgres.url, max: 2 });
const fixture = await openRegistry({
  folder,
  keep: true,
  startMs: Date.now(),
  policy: racePolicy,
  ...(pool !== undefined &&
    postgres !== undefined && { metadata: postgresMetadata({ pool, schema: postgres.schema }) }),
});
const { registry } = fixture;
const random = seededRandom(`race ${name}`);
const now = (): number => performance.timeOrigin + performance.now();
const say = (answer: RaceAnswer): boolean => process.stdout.write(`${JSON.stringify(answer)}\n`);
if (gateMs > 0)
  fixture.options.datasets.validation = async () => {
    await new Promise((resolve) => setTimeout(resolve, gateMs));
    return { validated: true, reason: "slowly" };
  };

process.stdout.write("ready\n");
await once(process.stdin, "data");
for (let i = 0; i < operations; i++) {
  const id = `${name} ${i}`;
  const fromMs = now();
  const [asked, outcome] = await operation(id, i);
  say({ id, asked, outcome, fromMs, toMs: now() });
}
await fixture.close();
await pool?.end();
process.exit(0);

async function operation(id: string, i: number): Promise<readonly [RaceAnswer["asked"], RaceAnswer["outcome"]]> {
  const { versions } = await counted();
  const version = 1 + random.int(Math.max(1, versions));
  const key = { name: "delay", version };
  const request = { actor: name, reason: id };
  const dice = random.int(100);
  if (versions === 0 || dice < 8) {
    const made = await fixture.registerSkill(0.9, id, i / 10_000);
    return ["register", { version: made.version }];
  }
  if (dice < 30) return ["read", { champion: (await registry.aliases("delay")).champion ?? null }];
  if (dice < 50)
    return [
      "approve",
      await settled(async () => {
        const to = (["staging", "candidate", "production"] as const)[random.int(3)] ?? "staging";
        await registry.approve(key, to, { approver: `approver of ${name}`, role: "owner", comment: id });
        return { approved: version };
      }),
    ];
  if (dice < 56)
    return ["archive", await settled(async () => answer(await registry.promote(key, "archived", request)))];
  if (dice < 66)
    return ["rollback", await settled(async () => answer(await registry.rollback("delay", version, request)))];
  // Of the newest few, so that some get all the way.
  key.version = versions - random.int(Math.min(versions, 4));
  const stage = (await registry.version("delay", key.version)).stage;
  const to = stage === "registered" ? "staging" : stage === "staging" ? "candidate" : "production";
  return [
    "promote",
    await settled(async () => {
      if (to !== "staging") await registry.approve(key, to, { approver: "grace", role: "owner", comment: `for ${id}` });
      return answer(await registry.promote(key, to, request));
    }),
  ];
}

async function counted(): Promise<{ readonly versions: number }> {
  return { versions: (await registry.versions("delay")).length };
}

function answer(result: PromotionResult): RaceAnswer["outcome"] {
  return result.outcome === "promoted"
    ? { promoted: result.version.version, to: result.certificate.body.transition.to }
    : { refused: result.version.version };
}

/** What was not to be done now is an answer. */
async function settled(work: () => Promise<RaceAnswer["outcome"]>): Promise<RaceAnswer["outcome"]> {
  try {
    return await work();
  } catch (error) {
    if (isSluiceError(error, "registry/invalid-transition") || isSluiceError(error, "registry/conflict"))
      return { error: error.code };
    throw error;
  }
}
