import { afterEach, expect, test } from "vitest";
import type { PromotionPolicy } from "../../src/contracts/gate.ts";
import type { ModelVersion } from "../../src/contracts/model-version.ts";
import { oidcIdentity } from "../../src/registry/approvals/oidc-identity.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { laxPolicy, openRegistry, type RegistryFixture } from "./registry-fixture.ts";
import { claimsOf, issuer, providerKey, signed } from "./tokens.ts";

let open: RegistryFixture;
afterEach(() => open.close());

const request = { actor: "ada", reason: "test" };
const key = providerKey("EdDSA", "k1");
const by = (approver: string, role: string) => ({ approver, role, comment: "fine" });

const rules = (identity?: "verified" | "stated"): PromotionPolicy => ({
  ...laxPolicy,
  transitions: {
    ...laxPolicy.transitions,
    production: {
      gates: laxPolicy.transitions.production?.gates ?? [],
      approvals: 2,
      roles: { risk: 1, owner: 1 },
      ...(identity === undefined ? {} : { identity }),
    },
  },
});

/** A registry whose approvers for production must show tokens. */
function verified(): ModelRegistry {
  const identity = oidcIdentity({ issuer, audience: "sluice", jwks: { keys: [key.jwk] }, clock: open.clock });
  return new ModelRegistry({ ...open.options, identity });
}

const token = (sub: string, roles: readonly string[], more: object = {}): string =>
  signed(key, claimsOf(sub, roles, open.clock.nowMs(), more));

async function candidate(): Promise<ModelVersion> {
  const version = await open.registerSkill(1);
  for (const to of ["staging", "candidate"] as const) {
    if (to === "candidate") await open.registry.approve(version, to, by("grace", "owner"));
    const result = await open.registry.promote(version, to, request);
    if (result.outcome !== "promoted") throw new Error(result.reasons.join("; "));
  }
  return version;
}

test("each role has its quorum; one person counts once, in one role", async () => {
  open = await openRegistry({ policy: rules() });
  const { registry } = open;
  const version = await candidate();
  await registry.approve(version, "production", by("grace", "owner"));
  await registry.approve(version, "production", by(" GRACE ", "risk"));
  const reasons = (await registry.explain(version, "production")).reasons;
  expect(reasons).toEqual([
    'approvals: 1 of 2 of this evidence by people other than the author: registry.approve(version, "production", …)',
    'approvals: 0 of 1 in the role "owner"',
  ]);
  await registry.approve(version, "production", by("hopper", "owner"));
  const dry = await registry.explain(version, "production");
  expect(dry.text).toContain("approvals: 2 needed (1 as risk, 1 as owner), given by  GRACE  (risk), hopper (owner)");
  expect((await registry.promote(version, "production", request)).outcome).toBe("promoted");
});

test("an approval taken back counts no more, also where its row is put back; a new one counts", async () => {
  open = await openRegistry();
  const { registry } = open;
  const version = await candidate();
  await registry.approve(version, "production", by("grace", "owner"));
  expect(await registry.revokeApproval(version, "production", { ...request, approver: "Grace" })).toBe(1);
  const refused = await registry.promote(version, "production", request);
  expect(refused.outcome === "refused" && refused.reasons.join()).toContain("approvals: 0 of 1");
  await expect(registry.revokeApproval(version, "production", { ...request, approver: "grace" })).rejects.toMatchObject(
    {
      code: "registry/not-found",
    },
  );
  open.clock.advance(1);
  await registry.approve(version, "production", by("grace", "owner"));
  expect((await registry.promote(version, "production", request)).outcome).toBe("promoted");
  const kinds = (await open.ledger.audit.read({ subject: "delay@1" })).map(({ kind }) => kind);
  expect(kinds).toContain("approval.revoked");
});

test("with an identity verifier production needs verified approvers; the token says who and in which roles", async () => {
  open = await openRegistry({ policy: rules() });
  const registry = verified();
  const version = await candidate();
  await expect(registry.approve(version, "production", by("grace", "owner"))).rejects.toThrow(
    /needs a verified identity/,
  );
  const grace = await registry.approve(version, "production", {
    token: token("u-1", ["owner"]),
    role: "owner",
    comment: "",
  });
  expect(grace).toMatchObject({ approver: "u-1", identity: { issuer } });
  await expect(
    registry.approve(version, "production", { token: token("u-2", ["owner"]), role: "risk", comment: "" }),
  ).rejects.toThrow(/without the role "risk"/);
  await registry.approve(version, "production", { token: token("u-2", ["risk"]), role: "risk", comment: "" });
  const dry = await registry.explain(version, "production");
  expect(dry.approvals.identity).toBe("verified");
  expect(dry.text).toContain(
    `verified by a token, given by u-1 (owner, verified by ${issuer}), u-2 (risk, verified by ${issuer})`,
  );
  const result = await registry.promote(version, "production", request);
  expect(
    result.outcome === "promoted" && result.certificate.body.approvals.map(({ identity }) => identity?.issuer),
  ).toEqual([issuer, issuer]);
});

test("the author under any name of their token, a contributor, and another person's token are refused, on record", async () => {
  open = await openRegistry();
  const version = await candidate();
  const registry = verified();
  for (const more of [{ email: "Ada" }, { preferred_username: "ada" }, { sub: "ada" }])
    await expect(
      registry.approve(version, "production", { token: token("u-9", ["owner"], more), role: "owner", comment: "" }),
    ).rejects.toThrow(/author "ada"/);
  await expect(
    registry.approve(version, "production", {
      approver: "grace",
      token: token("u-3", ["owner"]),
      role: "owner",
      comment: "",
    }),
  ).rejects.toThrow(/a token of "u-3", not of "grace"/);
  const events = await open.ledger.audit.read({ subject: "delay@1" });
  expect(events.filter(({ kind }) => kind === "gate.refused")).toHaveLength(4);
});

test("approvals as stated count for nothing once a verifier is there, and say so without one", async () => {
  open = await openRegistry();
  const version = await candidate();
  await open.registry.approve(version, "production", by("grace", "owner"));
  const refused = await verified().promote(version, "production", request);
  expect(refused.outcome === "refused" && refused.reasons.join()).toContain("approvals: 0 of 1");
  const warned: string[] = [];
  const logger = { ...silent, warn: (_: object, text: string) => warned.push(text) };
  const stated = await new ModelRegistry({ ...open.options, logger }).promote(version, "production", request);
  expect(stated.outcome).toBe("promoted");
  expect(warned).toEqual([
    "approved by people whose identity nobody verified: give the workspace an identity verifier",
  ]);
});

test("a refused token says why once, and what to do", async () => {
  open = await openRegistry({ policy: rules() });
  const version = await candidate();
  await expect(
    verified().approve(version, "production", { token: "abc", role: "owner", comment: "" }),
  ).rejects.toMatchObject({
    code: "registry/approval-refused",
    found: "a token of 1 part, not three",
  });
});

test("a policy that demands verified approvers is never satisfied without a verifier", async () => {
  open = await openRegistry({ policy: rules("verified") });
  const version = await candidate();
  await expect(open.registry.approve(version, "production", by("grace", "owner"))).rejects.toThrow(/verified identity/);
  await expect(
    open.registry.approve(version, "production", { token: "e30.e30.", role: "owner", comment: "" }),
  ).rejects.toThrow(/no identity verifier/);
  const result = await open.registry.promote(version, "production", request);
  expect(result.outcome).toBe("refused");
});

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
