import { afterEach, expect, test } from "vitest";
import { makeChampion, openRegistry, passedRollout, type RegistryFixture } from "./registry-fixture.ts";

// A dry run of a stage that is further on the way: the gates are judged as things stand, and it says what comes first.

let open: RegistryFixture;
afterEach(() => open.close());

test("a stage further on is judged gate by gate, would not pass, and the first line says which stage comes first", async () => {
  open = await openRegistry();
  const version = await open.registerSkill(1);
  const before = (await open.ledger.audit.read({})).length;
  const dry = await open.registry.explain(version, "production");
  expect(dry).toMatchObject({ wouldPass: false, comesFirst: "staging" });
  expect(dry.reasons[0]).toBe('a promotion from "registered" to "production" is not open: staging comes first');
  expect(dry.gates.map(({ gate, outcome }) => `${gate} ${outcome}`)).toEqual([
    "signatureMatches pass",
    "lineageComplete pass",
    "dataValidated pass",
    "threshold:auc pass",
    "beatsChampion:auc noChampion",
    "rolloutEvidence noChampion",
  ]);
  const lines = dry.text.split("\n");
  expect(lines[0]).toBe(
    'delay@1, registered → production: not open from "registered", staging comes first; the gates as things stand:',
  );
  expect(dry.text).not.toContain("is not open:");
  expect(dry.text).toMatch(/\n {2}pass {9}signatureMatches/);
  expect((await open.ledger.audit.read({})).length).toBe(before);

  await open.registry.promote(version, "staging", { actor: "ada", reason: "test" });
  const [first] = (await open.registry.explain(version, "production")).text.split("\n");
  expect(first).toContain('not open from "staging", candidate comes first');
  expect((await open.registry.explain(version, "candidate")).comesFirst).toBeNull();
});

test("with every gate open it would not pass either, for want of the stage alone; there is no such thing back or from the end", async () => {
  open = await openRegistry();
  await makeChampion(open, await open.registerSkill(0.8));
  const second = await open.registerSkill(1);
  open.others.rollout = passedRollout(2, 1);
  const dry = await open.registry.explain(second, "candidate");
  expect(dry.gates.map(({ outcome }) => outcome)).not.toContain("fail");
  expect(dry).toMatchObject({
    wouldPass: false,
    reasons: ['a promotion from "registered" to "candidate" is not open: staging comes first'],
  });
  const first = { name: "delay", version: 1 };
  for (const to of ["registered", "staging", "candidate", "production", "archived"] as const)
    await expect(open.registry.explain(first, to)).rejects.toMatchObject({ code: "registry/invalid-transition" });
  await expect(open.registry.explain(second, "registered")).rejects.toMatchObject({
    code: "registry/invalid-transition",
  });
  const ahead = open.registry.approve(second, "candidate", { approver: "grace", role: "owner", comment: "" });
  await expect(ahead).rejects.toMatchObject({ code: "registry/invalid-transition" });
});
