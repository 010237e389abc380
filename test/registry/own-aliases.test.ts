import { afterEach, expect, test } from "vitest";
import type { PromotionPolicy } from "../../src/contracts/gate.ts";
import { threshold } from "../../src/registry/gates/threshold.ts";
import { laxPolicy, makeChampion, openRegistry, passedRollout, type RegistryFixture } from "./registry-fixture.ts";

let open: RegistryFixture;
afterEach(() => open.close());

const request = { actor: "ada", reason: "test" };
const policy: PromotionPolicy = {
  ...laxPolicy,
  aliases: {
    eu: { stage: "candidate", gates: [threshold("auc", { atLeast: 0.7 })], approvals: 1 },
    trial: { stage: "staging", gates: [], approvals: 0 },
  },
};

async function candidate(skill: number, bias = 0): Promise<{ readonly name: string; readonly version: number }> {
  const version = await open.registerSkill(skill, "ada", bias);
  await open.registry.promote(version, "staging", request);
  await open.registry.approve(version, "candidate", { approver: "grace", role: "owner", comment: "" });
  const result = await open.registry.promote(version, "candidate", request);
  if (result.outcome !== "promoted") throw new Error(result.reasons.join("; "));
  return version;
}

test("an alias moves through its gates and approvals, certified and on record, and loading by it is verified", async () => {
  open = await openRegistry({ policy });
  const { registry } = open;
  const version = await candidate(1);
  const before = await registry.version("delay", 1);
  const refused = await registry.alias(version, "eu", request);
  expect(refused.outcome === "refused" && refused.reasons).toEqual([
    'approvals: 0 of 1 of this evidence by people other than the author: registry.approve(version, "alias:eu", …)',
  ]);
  const dry = await registry.explain(version, "alias:eu");
  expect(dry.text).toMatch(/^delay@1, alias eu: would be refused\n {2}pass +standsAt:candidate/);
  await registry.approve(version, "alias:eu", { approver: "grace", role: "owner", comment: "fine" });
  const moved = await registry.alias(version, "eu", request);
  expect(moved).toMatchObject({
    outcome: "promoted",
    certificate: { body: { alias: "eu", transition: { from: "candidate", to: "candidate" }, subject: { version: 1 } } },
  });
  expect(await registry.version("delay", 1)).toEqual(before);
  expect(await registry.aliases("delay")).toEqual({ champion: undefined, challenger: 1, own: { eu: 1 } });
  expect((await registry.load("delay", "eu")).version.version).toBe(1);
  expect((await registry.load("delay", "challenger")).version.version).toBe(1);
  expect((await open.ledger.audit.read({ subject: "delay@eu" })).map(({ kind }) => kind)).toEqual(["alias.moved"]);
});

test("a version below the alias' stage, an alias without an entry and the registry's own are refused", async () => {
  open = await openRegistry({ policy });
  const { registry } = open;
  const version = await open.registerSkill(1);
  const low = await registry.alias(version, "trial", request);
  expect(low.outcome === "refused" && low.reasons).toEqual(['standsAt:staging: fail: it stands at "registered"']);
  const unlisted = await registry.alias(version, "us", request);
  expect(unlisted.outcome === "refused" && unlisted.reasons).toEqual([
    'the policy "default" has no entry for the alias "us"',
  ]);
  for (const alias of ["champion", "Challenger", "latest", "v3", "3", "", "a b", "__proto__", "constructor "])
    await expect(registry.alias(version, alias, request)).rejects.toMatchObject({
      code: "registry/invalid-transition",
    });
  const inherited = await registry.alias(version, "constructor", request);
  expect(inherited.outcome).toBe("refused");
  await expect(registry.load("delay", "eu")).rejects.toMatchObject({ code: "registry/not-found" });
  await expect(registry.load("delay", 1)).rejects.toMatchObject({ code: "serving/not-certified" });
});

test("an alias of a version that was archived refuses to load until it is moved; a removed one is gone", async () => {
  open = await openRegistry({ policy });
  const { registry } = open;
  await makeChampion(open, await open.registerSkill(0.9));
  expect((await registry.alias({ name: "delay", version: 1 }, "trial", request)).outcome).toBe("promoted");
  open.others.rollout = passedRollout(2, 1);
  await makeChampion(open, await open.registerSkill(1));
  await expect(registry.load("delay", "trial")).rejects.toMatchObject({ code: "serving/not-certified" });
  const archived = await registry.alias({ name: "delay", version: 1 }, "trial", request);
  expect(archived.outcome === "refused" && archived.reasons).toEqual([
    'standsAt:staging: fail: it stands at "archived"',
  ]);
  expect((await registry.alias({ name: "delay", version: 2 }, "trial", request)).outcome).toBe("promoted");
  expect((await registry.load("delay", "trial")).version.version).toBe(2);
  await registry.removeAlias("delay", "trial", request);
  expect((await registry.aliases("delay")).own).toBeUndefined();
  await expect(registry.load("delay", "trial")).rejects.toMatchObject({ code: "registry/not-found" });
  await expect(registry.removeAlias("delay", "trial", request)).rejects.toMatchObject({ code: "registry/not-found" });
  expect(await open.ledger.audit.verify()).toMatchObject({ valid: true });
});

test("a policy whose aliases are none is refused when the registry is made", async () => {
  for (const aliases of [
    { champion: { stage: "candidate", gates: [], approvals: 0 } },
    { eu: { stage: "registered", gates: [], approvals: 0 } },
    { eu: { stage: "staging", gates: [], approvals: -1 } },
    { eu: { stage: "staging", gates: [], approvals: 0, roles: { risk: 0.5 } } },
    { eu: { stage: "staging", gates: [], approvals: 0, identity: "trusted" } },
    [],
  ])
    await expect(openRegistry({ policy: { ...laxPolicy, aliases: aliases as never } })).rejects.toMatchObject({
      code: "definition/invalid",
    });
});
