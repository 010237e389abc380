import { afterEach, expect, test } from "vitest";
import type { PromotionPolicy } from "../../src/contracts/gate.ts";
import type { ModelVersion } from "../../src/contracts/model-version.ts";
import { oidcIdentity } from "../../src/registry/approvals/oidc-identity.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { laxPolicy, makeChampion, openRegistry, passedRollout, type RegistryFixture } from "./registry-fixture.ts";
import { claimsOf, issuer, providerKey, signed } from "./tokens.ts";

let open: RegistryFixture;
afterEach(() => open.close());

const hourMs = 3_600_000;
const policy: PromotionPolicy = { ...laxPolicy, breakGlass: { roles: ["on-call"], maxDurationMs: 4 * hourMs } };
const emergency = { actor: "olga", reason: "the champion answers NaN", role: "on-call", expiresIn: "2h" };
const request = { actor: "ada", reason: "test" };

/** A champion, and a second version that no gate but staging's has seen. */
async function twoVersions(): Promise<ModelVersion> {
  await makeChampion(open, await open.registerSkill(0.8));
  return await open.registerSkill(1);
}

test("break-glass passes closed gates for a while, loud in the certificate, the log, load and explain", async () => {
  open = await openRegistry({ policy });
  const { registry, clock } = open;
  const warned: string[] = [];
  const quiet = (): void => undefined;
  const logger = { debug: quiet, info: quiet, error: quiet, warn: (_: object, text: string) => warned.push(text) };
  const second = await twoVersions();
  const loud = new ModelRegistry({ ...open.options, logger });
  const result = await loud.breakGlass(second, "production", emergency);
  const untilMs = clock.nowMs() + 2 * hourMs;
  expect(result).toMatchObject({
    outcome: "promoted",
    certificate: {
      body: {
        breakGlass: { role: "on-call", untilMs },
        transition: { from: "registered", to: "production" },
        actor: "olga",
      },
    },
  });
  if (result.outcome === "promoted")
    expect(result.certificate.body.outcomes.some(({ outcome }) => outcome !== "pass")).toBe(true);
  expect(warned).toEqual(["closed gates were passed by break-glass"]);
  const served = await loud.champion("delay");
  expect(served).toMatchObject({ version: { version: 2 }, validUntilMs: untilMs });
  expect(served.warnings?.[0]).toMatch(
    /^BREAK-GLASS: delay@2 passed closed gates by olga \(on-call\): the champion answers NaN/,
  );
  const third = await open.registerSkill(0.9);
  expect((await registry.explain(third, "staging")).text).toMatch(/^BREAK-GLASS: delay@2 stands in "production"/);
  const record = (await open.ledger.audit.read({ subject: "delay@2" })).at(-1);
  expect(record).toMatchObject({ kind: "version.promoted", body: { breakGlass: { role: "on-call", untilMs } } });
  expect((await registry.versions("delay")).map(({ stage }) => stage)).toEqual([
    "archived",
    "production",
    "registered",
  ]);
});

test("when its time is over nothing serves it; an earlier champion comes back, or its gates confirm it", async () => {
  open = await openRegistry({ policy });
  const { registry, clock } = open;
  const second = await twoVersions();
  await registry.breakGlass(second, "production", emergency);
  clock.advance(2 * hourMs - 1);
  await registry.champion("delay");
  clock.advance(1);
  for (const load of [
    () => registry.champion("delay"),
    () => registry.certified("delay", 2, 1),
    () => registry.load("delay"),
  ])
    await expect(load()).rejects.toMatchObject({ code: "certificate/expired" });
  const early = await registry.promote(second, "production", request);
  expect(early.outcome === "refused" && early.reasons.join()).toContain("rolloutEvidence: notMeasured");
  open.others.rollout = passedRollout(2, 1);
  await registry.approve(second, "production", { approver: "grace", role: "owner", comment: "it was right" });
  const confirmed = await registry.promote(second, "production", request);
  expect(confirmed).toMatchObject({
    outcome: "promoted",
    certificate: { body: { transition: { from: "production", to: "production" }, champion: { version: 1 } } },
  });
  const served = await registry.champion("delay");
  expect([served.validUntilMs, served.warnings]).toEqual([undefined, undefined]);
  expect((await registry.versions("delay")).map(({ stage }) => stage)).toEqual(["archived", "production"]);
  await expect(registry.promote(second, "production", request)).rejects.toMatchObject({
    code: "registry/invalid-transition",
  });
  expect((await registry.rollback("delay", 1, request)).outcome).toBe("promoted");
  expect((await registry.champion("delay")).version.version).toBe(1);
  expect(await open.ledger.audit.verify()).toMatchObject({ valid: true });
});

test("a rollback does not make a regular certificate of an emergency's", async () => {
  open = await openRegistry({ policy });
  const { registry } = open;
  await registry.breakGlass(await twoVersions(), "production", emergency);
  expect((await registry.rollback("delay", 1, request)).outcome).toBe("promoted");
  const back = await registry.rollback("delay", 2, request);
  expect(back.outcome === "refused" && back.reasons.join()).toContain("by break-glass alone");
});

test.each([
  ["a role that the policy does not name", { role: "developer" }, /role "developer" is none of on-call/],
  ["a longer time than the policy permits", { expiresIn: "5h" }, /for 5h, the policy permits up to 4h/],
  ["no time at all", { expiresIn: 0 }, /for 0ms/],
])("refused, on record: %s", async (_, more, why) => {
  open = await openRegistry({ policy });
  const second = await twoVersions();
  const result = await open.registry.breakGlass(second, "production", { ...emergency, ...more });
  expect(result.outcome === "refused" && result.reasons.join()).toMatch(why);
  expect((await open.ledger.audit.read({ subject: "delay@2" })).at(-1)).toMatchObject({ kind: "gate.refused" });
});

test("without a reason, without a policy for it, to staging, or from production it is refused", async () => {
  open = await openRegistry({ policy });
  const { registry } = open;
  const second = await twoVersions();
  await expect(registry.breakGlass(second, "production", { ...emergency, reason: " " })).rejects.toMatchObject({
    code: "argument/invalid",
  });
  await expect(registry.breakGlass(second, "staging" as "candidate", emergency)).rejects.toMatchObject({
    code: "registry/invalid-transition",
  });
  await expect(registry.breakGlass({ name: "delay", version: 1 }, "candidate", emergency)).rejects.toMatchObject({
    code: "registry/invalid-transition",
  });
  const none = await new ModelRegistry({ ...open.options, policy: laxPolicy }).breakGlass(
    second,
    "production",
    emergency,
  );
  expect(none.outcome === "refused" && none.reasons).toEqual([
    "break-glass: the policy does not permit it (`breakGlass`)",
  ]);
  const hidden = { actor: "ada", reason: "x", breakGlass: { role: "on-call", durationMs: 1 } };
  await expect(registry.promote(second, "production", hidden)).rejects.toMatchObject({
    code: "argument/invalid",
    found: 'the option "breakGlass" of registry.promote()',
  });
});

test("with an identity verifier only a token with the role breaks the glass", async () => {
  open = await openRegistry({ policy });
  const second = await twoVersions();
  const key = providerKey("EdDSA", "k");
  const identity = oidcIdentity({ issuer, audience: "sluice", jwks: { keys: [key.jwk] }, clock: open.clock });
  const registry = new ModelRegistry({ ...open.options, identity });
  const stated = await registry.breakGlass(second, "production", emergency);
  expect(stated.outcome === "refused" && stated.reasons.join()).toContain("verified identity");
  const token = signed(key, claimsOf("olga", ["on-call"], open.clock.nowMs()));
  expect((await registry.breakGlass(second, "production", { ...emergency, token })).outcome).toBe("promoted");
});
