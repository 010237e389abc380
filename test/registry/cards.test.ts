import { afterEach, expect, test } from "vitest";
import { cardMarkdown } from "../../src/registry/cards/card-markdown.ts";
import { modelCard } from "../../src/registry/gates/model-card.ts";
import { defaultPolicy } from "../../src/registry/policy/default-policy.ts";
import { openRegistry, type RegistryFixture } from "./registry-fixture.ts";

let open: RegistryFixture;
afterEach(() => open.close());

const request = { actor: "ada", reason: "test" };
const parts = {
  owner: "ops",
  intendedUse: "Warn gates of late flights.",
  limits: "Not tried on snow.",
  licences: ["MIT"],
};

test("each revision stays as it was written, and says what nobody has written", async () => {
  open = await openRegistry();
  const { registry } = open;
  const version = await open.registerSkill(1);
  expect(await registry.card(version)).toBeUndefined();
  const first = await registry.writeCard(version, parts, { author: "ada" });
  expect(first).toMatchObject({ revision: 1, missing: ["outOfScope", "ethics", "contacts"] });
  const second = await registry.writeCard(
    version,
    { ...parts, contacts: ["ops@x.example"], ethics: " " },
    { author: "bob" },
  );
  expect(second).toMatchObject({ revision: 2, missing: ["outOfScope", "ethics"], author: "bob" });
  expect(await registry.card(version)).toEqual(second);
  expect(await registry.card(version, 1)).toEqual(first);
  expect(await registry.card(version, 3)).toBeUndefined();
  const text = cardMarkdown(second);
  expect(text).toContain("## Contacts\n\n- ops@x.example");
  expect(text).toContain("## Ethics\n\n_Missing: a person must write this._");
  expect((await open.ledger.audit.read({ subject: "delay@1" })).at(-1)).toMatchObject({
    kind: "card.written",
    actor: "bob",
    body: { revision: 2, card: second.digest },
  });
});

test("what is no card is refused", async () => {
  open = await openRegistry();
  const version = await open.registerSkill(1);
  for (const bad of [
    { owners: "x" },
    { owner: 3 },
    { licences: "MIT" },
    { contacts: [1] },
    { notes: { a: 1 } },
    [],
    null,
  ])
    await expect(open.registry.writeCard(version, bad as never, { author: "ada" })).rejects.toMatchObject({
      code: "argument/invalid",
    });
  await expect(open.registry.writeCard(version, parts, { author: "" })).rejects.toMatchObject({
    code: "argument/invalid",
  });
  await expect(open.registry.writeCard({ name: "delay", version: 7 }, parts, { author: "a" })).rejects.toMatchObject({
    code: "registry/not-found",
  });
});

test("a policy that asks for a card binds its revision: a later one voids the approval", async () => {
  const policy = defaultPolicy({ threshold: { atLeast: 0.6 }, gates: [modelCard({ parts: ["owner", "limits"] })] });
  open = await openRegistry({ policy });
  const { registry } = open;
  const version = await open.registerSkill(1);
  await registry.promote(version, "staging", request);
  const approval = { approver: "grace", role: "owner", comment: "" };
  const none = await registry.explain(version, "candidate");
  expect(none.reasons).toContain("modelCard: notMeasured: the version has no model card");
  await registry.writeCard(version, { owner: "ops" }, { author: "ada" });
  expect((await registry.explain(version, "candidate")).reasons).toContain("modelCard: fail: revision 1 lacks limits");
  await registry.writeCard(version, parts, { author: "ada" });
  await registry.approve(version, "candidate", approval);
  expect((await registry.explain(version, "candidate")).approvals.given).toHaveLength(1);
  await registry.writeCard(version, { ...parts, limits: "None." }, { author: "ada" });
  expect((await registry.explain(version, "candidate")).approvals.given).toHaveLength(0);
  await registry.approve(version, "candidate", approval);
  const result = await registry.promote(version, "candidate", request);
  expect(result.outcome).toBe("promoted");
  if (result.outcome !== "promoted") return;
  const text = await open.registry.evidenceOf(result.certificate.digest);
  expect(JSON.parse(text).card).toEqual({
    revision: 3,
    digest: (await registry.card(version))?.digest,
    missing: expect.any(Array),
  });
});

test("a policy that asks for none is not touched by a card", async () => {
  open = await openRegistry();
  const version = await open.registerSkill(1);
  const before = await open.registry.explain(version, "staging");
  await open.registry.writeCard(version, parts, { author: "ada" });
  expect((await open.registry.explain(version, "staging")).evidenceDigest).toBe(before.evidenceDigest);
});
