import { afterEach, expect, test } from "vitest";
import type { PromotionPolicy } from "../../src/contracts/gate.ts";
import type { ModelVersion } from "../../src/contracts/model-version.ts";
import type { Verifier } from "../../src/contracts/signer.ts";
import { threshold } from "../../src/registry/gates/threshold.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { laxPolicy, openRegistry, type RegistryFixture } from "./registry-fixture.ts";

// Approvals that do not count are told with who gave them and why: by a dry run and by a refusal.

let open: RegistryFixture;
afterEach(() => open.close());

const request = { actor: "ada", reason: "test" };
const by = (approver: string, role: string) => ({ approver, role, comment: "fine" });
const dayMs = 86_400_000;

/** A policy that asks for two approvals, and for a metric whose bound makes it another policy. */
const rules = (atLeast: number): PromotionPolicy => ({
  ...laxPolicy,
  transitions: { ...laxPolicy.transitions, staging: { gates: [threshold("auc", { atLeast })], approvals: 2 } },
});

async function approved(): Promise<{ readonly version: ModelVersion; readonly registry: ModelRegistry }> {
  open = await openRegistry({ policy: rules(0.5) });
  const version = await open.registerSkill(1);
  await open.registry.approve(version, "staging", by("bob", "owner"));
  open.clock.advance(2 * dayMs);
  const registry = new ModelRegistry({ ...open.options, policy: rules(0.6) });
  await open.registry.approve(version, "staging", by("carol", "risk"));
  return { version, registry };
}

test("an approval for other evidence, one that has expired and one taken back are told with their reasons", async () => {
  const { version, registry } = await approved();
  await registry.approve(version, "staging", by("dan", "owner"));
  await registry.revokeApproval(version, "staging", { ...request, approver: "dan" });
  await registry.approve(version, "staging", { ...by("erin", "owner"), expiresIn: "1d" });
  open.clock.advance(6 * dayMs);
  const told = [
    "approval of bob (owner): expired 2001-09-16T01:46:40.000Z",
    "approval of carol (risk): for other evidence, given 2001-09-11T01:46:40.000Z",
    "approval of dan (owner): taken back",
    "approval of erin (owner): expired 2001-09-12T01:46:40.000Z",
  ];
  const missing =
    'approvals: 0 of 2 of this evidence by people other than the author: registry.approve(version, "staging", …)';

  const dry = await registry.explain(version, "staging");
  expect(dry.reasons).toEqual([missing, ...told]);
  for (const line of told) expect(dry.text).toContain(`\n  no           ${line}\n`);
  expect(dry.approvals.notCounted.map(({ approver, role, why }) => ({ approver, role, why }))).toEqual([
    { approver: "bob", role: "owner", why: "expired 2001-09-16T01:46:40.000Z" },
    { approver: "carol", role: "risk", why: "for other evidence, given 2001-09-11T01:46:40.000Z" },
    { approver: "dan", role: "owner", why: "taken back" },
    { approver: "erin", role: "owner", why: "expired 2001-09-12T01:46:40.000Z" },
  ]);

  const refused = await registry.promote(version, "staging", request);
  expect(refused.outcome === "refused" && refused.reasons).toEqual([missing, ...told]);
  expect(String(refused)).toContain(`\n  no           ${told[1]}`);
  const last = (await open.ledger.audit.read({ subject: "delay@1" })).at(-1);
  expect(last?.body).toMatchObject({ reasons: [missing, ...told] });
});

test("who approved again is told of once, as given; with enough approvals nothing that does not count is a reason", async () => {
  const { version, registry } = await approved();
  await registry.approve(version, "staging", by("carol", "risk"));
  const half = await registry.explain(version, "staging");
  expect(half.approvals.given.map(({ approver }) => approver)).toEqual(["carol"]);
  expect(half.reasons.slice(1)).toEqual([
    "approval of bob (owner): for other evidence, given 2001-09-09T01:46:40.000Z",
  ]);
  await registry.approve(version, "staging", by("erin", "owner"));
  const dry = await registry.explain(version, "staging");
  expect(dry.reasons).toEqual([]);
  expect(dry.approvals.notCounted.map(({ approver }) => approver)).toEqual(["bob"]);
});

test("an approval whose signature does not hold is told as that, by the name its row has", async () => {
  const { version, registry } = await approved();
  await open.metadata.write(async (tx) => {
    const sql = tx.sql.withTables<{ registry_approval: { approver: string; body: string } }>();
    await sql.updateTable("registry_approval").set({ body: "{" }).where("approver", "=", "bob").execute();
  });
  const { notCounted } = (await registry.explain(version, "staging")).approvals;
  expect(notCounted[0]).toEqual({ approver: "bob", role: null, why: "its signature does not hold" });
});

test("a promotion that succeeds looks at no approval but those that count; a dry run does", async () => {
  const { version, registry } = await approved();
  await registry.approve(version, "staging", by("carol", "risk"));
  await registry.approve(version, "staging", by("erin", "owner"));
  const seen: string[] = [];
  const verifier: Verifier = {
    ...open.options.verifier,
    verify: async (...args) => {
      const { kind, approver } = JSON.parse(new TextDecoder().decode(args[1]));
      if (kind === "approval") seen.push(approver);
      return await open.options.verifier.verify(...args);
    },
  };
  const watched = new ModelRegistry({ ...open.options, verifier, policy: rules(0.6) });
  expect((await watched.explain(version, "staging")).wouldPass).toBe(true);
  expect(seen).toContain("bob");
  seen.length = 0;
  expect((await watched.promote(version, "staging", request)).outcome).toBe("promoted");
  expect(seen).toEqual(["carol", "erin"]);
});
