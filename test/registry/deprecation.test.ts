import { afterEach, expect, test } from "vitest";
import { makeChampion, openRegistry, type RegistryFixture } from "./registry-fixture.ts";

let open: RegistryFixture;
afterEach(() => open.close());

const request = { actor: "ada", reason: "it errs on snow" };
const dayMs = 86_400_000;

test("a deprecated version warns at load, and no transition but archiving is open to it", async () => {
  open = await openRegistry();
  const { registry } = open;
  await makeChampion(open, await open.registerSkill(1));
  const second = await open.registerSkill(0.9);
  expect(await registry.deprecation(second)).toBeUndefined();
  const said = await registry.deprecate(second, { ...request, replacedBy: 1 });
  expect(said).toEqual({ reason: "it errs on snow", replacedBy: 1, untilMs: null, actor: "ada", atMs: said.atMs });
  expect(await registry.deprecation(second)).toEqual(said);
  const refused = await registry.promote(second, "staging", request);
  expect(refused.outcome === "refused" && refused.reasons).toEqual(["deprecated: it errs on snow; use version 1"]);
  await registry.deprecate({ name: "delay", version: 1 }, request);
  expect((await registry.champion("delay")).warnings).toEqual(["delay@1 is deprecated: it errs on snow"]);
  expect((await registry.promote(second, "archived", request)).outcome).toBe("promoted");
  await registry.reinstate({ name: "delay", version: 1 }, { actor: "ada", reason: "a mistake" });
  expect((await registry.champion("delay")).warnings).toBeUndefined();
  const kinds = (await open.ledger.audit.read({ subject: "delay@1" })).map(({ kind }) => kind);
  expect(kinds.slice(-2)).toEqual(["version.deprecated", "version.reinstated"]);
});

test("from its end on loading refuses it, and a clock turned back does not help", async () => {
  open = await openRegistry();
  const { registry, clock } = open;
  await makeChampion(open, await open.registerSkill(1));
  const until = new Date(clock.nowMs() + dayMs);
  await registry.deprecate({ name: "delay", version: 1 }, { ...request, until });
  expect((await registry.champion("delay")).validUntilMs).toBe(until.getTime());
  clock.advance(dayMs - 1);
  await registry.champion("delay");
  clock.advance(1);
  await expect(registry.champion("delay")).rejects.toMatchObject({ code: "registry/deprecated" });
  await registry.writeCard({ name: "delay", version: 1 }, {}, { author: "ada" });
  clock.set(until.getTime() - dayMs);
  await expect(registry.champion("delay")).rejects.toMatchObject({ code: "registry/deprecated" });
});

test("what cannot be meant is refused, and nothing is written", async () => {
  open = await openRegistry();
  const { registry } = open;
  const version = await open.registerSkill(1);
  const revision = await registry.revision("delay");
  await expect(registry.deprecate(version, { actor: "ada", reason: " " })).rejects.toMatchObject({
    code: "argument/invalid",
  });
  await expect(registry.deprecate(version, { ...request, replacedBy: 9 })).rejects.toMatchObject({
    code: "registry/not-found",
  });
  await expect(registry.deprecate(version, { ...request, replacedBy: 1 })).rejects.toMatchObject({
    code: "argument/invalid",
  });
  await expect(registry.deprecate(version, { ...request, until: Number.NaN })).rejects.toMatchObject({
    code: "argument/invalid",
  });
  await expect(registry.deprecate({ name: "delay", version: 9 }, request)).rejects.toMatchObject({
    code: "registry/not-found",
  });
  await expect(registry.reinstate(version, request)).rejects.toMatchObject({ code: "registry/not-found" });
  expect(await registry.revision("delay")).toBe(revision);
});
