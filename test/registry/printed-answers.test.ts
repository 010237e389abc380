import { inspect } from "node:util";
import { afterEach, expect, test } from "vitest";
import { openRegistry, type RegistryFixture } from "./registry-fixture.ts";

let open: RegistryFixture;
afterEach(() => open.close());
const request = { actor: "ada", reason: "ready" };

test("console.log of a dry run, of a refusal and of a promotion shows each gate and what to do; their members are the data alone", async () => {
  open = await openRegistry();
  const { registry } = open;
  const version = await open.registerSkill(1);

  const explained = await registry.explain(version, "staging");
  expect(inspect(explained)).toBe(explained.text);
  expect(`${explained}`).toBe(explained.text);
  expect(explained.text).toMatch(/\n {2}approvals: none needed$/);

  const staged = await registry.promote(version, "staging", request);
  if (staged.outcome !== "promoted") throw new Error(`${staged}`);
  expect(inspect(staged)).toMatch(/^delay@1, registered → staging: promoted by ada: ready\n {2}pass +signatureMatches/);
  expect(inspect(staged)).toContain("approved by nobody");
  expect(inspect(staged)).toContain(
    `certificate ${staged.certificate.digest}, signed by key ${staged.certificate.keyId}`,
  );
  expect(Object.keys(staged)).toEqual(["outcome", "version", "certificate"]);

  const refused = await registry.promote(version, "candidate", request);
  expect(inspect(refused)).toMatch(/^delay@1, staging → candidate: refused, and stays at "staging"\n {2}pass/);
  expect(inspect(refused)).toMatch(/noChampion +beatsChampion:auc/);
  expect(inspect(refused)).toContain(
    '→ Have someone other than the author call registry.approve(version, "candidate", …).',
  );
  expect(Object.keys(refused)).toEqual(["outcome", "version", "gates", "reasons"]);

  await registry.approve(version, "candidate", { approver: "grace", role: "owner", comment: "fine" });
  expect(inspect(await registry.explain(version, "candidate"))).toMatch(/given by grace \(owner\)$/);
  expect(inspect(await registry.promote(version, "candidate", request))).toContain("approved by grace (owner)");
});
