import { expect, test } from "vitest";
import { AuditTrail } from "../../../src/ledger/trail/audit-trail.ts";
import { auditFace } from "../../../src/workspace-audit.ts";
import { holderAt, productionAt } from "../../../src/workflows/governance/production-at.ts";
import { productionReigns } from "../../../src/workflows/governance/production-reigns.ts";
import { auditRecords } from "../../support/audit-records.ts";
import { makeChampion, openRegistry, passedRollout } from "../../registry/registry-fixture.ts";

const hour = 3_600_000;

test("who had production at an instant, by whom, why and on what evidence: across promotions and a rollback", async () => {
  const open = await openRegistry();
  try {
    const trail = new AuditTrail(open.options);
    const ws = {
      audit: auditFace(
        async () => open.ledger.audit,
        async () => trail,
      ),
    };
    const first = await open.registerSkill(0.8);
    const beforeMs = open.clock.nowMs();
    open.clock.advance(hour);
    await makeChampion(open, first);
    const firstMs = open.clock.nowMs();
    const second = await open.registerSkill(1);
    open.clock.advance(6 * hour);
    open.others.rollout = passedRollout(2, 1);
    await makeChampion(open, second);
    const secondMs = open.clock.nowMs();
    open.clock.advance(hour);
    await open.registry.rollback("delay", 1, { actor: "ops", reason: "errors rise" });
    const backMs = open.clock.nowMs();

    const at = async (ms: number) => (await productionAt(ws, "delay", ms)).holder;
    expect(await at(beforeMs)).toBeNull();
    expect(await at(firstMs)).toMatchObject({ version: 1, sinceMs: firstMs, untilMs: secondMs, endedBy: "delay@2" });
    expect(await at(secondMs - 1)).toMatchObject({ version: 1 });
    expect(await at(secondMs)).toMatchObject({ version: 2, untilMs: backMs, isRollback: false });
    const now = await productionAt(ws, "delay", new Date(backMs + 999 * hour));
    expect(now.holder).toMatchObject({
      version: 1,
      untilMs: null,
      isRollback: true,
      actor: "ops",
      reason: "errors rise",
    });
    const { body, digest } = await open.registry.certificateOf({ name: "delay", version: 1 });
    expect(now.holder).toMatchObject({ certificate: digest, evidence: body.evidenceDigest, policy: body.policyDigest });
    const proof = await trail.prove(now.holder?.record.index ?? -1);
    expect(proof.record).toContain(digest);
    expect(String(now)).toContain("version 1 had production, since");
    expect(String(now)).toContain("(a rollback)");
    expect(String(await productionAt(ws, "none", 0))).toContain("none was ever promoted to it");
    await expect(productionAt(ws, "delay", new Date("no date"))).rejects.toMatchObject({ code: "argument/invalid" });
  } finally {
    await open.close();
  }
});

test("an emergency is loud: in who had production, and in the figures it is no rollback", () => {
  const [began] = auditRecords([
    "version.promoted",
    "delay@2",
    1,
    { from: "candidate", to: "production", reason: "the other one fails", breakGlass: { role: "on-call", untilMs: 2 } },
    "ops",
  ]);
  if (began === undefined) throw new Error("a record expected");
  const reigns = productionReigns([began]).get("delay") ?? [];
  const then = holderAt("delay", reigns, 2 * hour);
  expect(then.holder).toMatchObject({ version: 2, isEmergency: true, certificate: null });
  expect(String(then)).toContain("EMERGENCY");
  expect(String(then)).toContain("certificate  not recorded");
});
