import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keyFileSigner } from "../../src/backends/fs/key-file-signer.ts";
import { pinnedKeysVerifier } from "../../src/backends/fs/pinned-keys-verifier.ts";
import type { PromotionPolicy } from "../../src/contracts/gate.ts";
import { isSluiceError } from "../../src/core/errors.ts";
import { ContentRegistry } from "../../src/registry/content/content-registry.ts";
import { originCertified } from "../../src/registry/gates/origin-certified.ts";
import { signatureMatches } from "../../src/registry/gates/signature-matches.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import {
  delayModel,
  laxPolicy,
  makeChampion,
  openRegistry,
  type RegistryFixture,
  trackedRun,
  trained,
} from "../registry/registry-fixture.ts";

// Calls as code without types may make them, and permissions used for more than they were given for.

const policy: PromotionPolicy = {
  ...laxPolicy,
  transitions: { ...laxPolicy.transitions, production: { gates: [signatureMatches()], approvals: 0 } },
  aliases: { eu: { stage: "production", gates: [], approvals: 0 } },
  breakGlass: { roles: ["on-call"], maxDurationMs: 3_600_000 },
};
const request = { actor: "ada", reason: "test" };
const emergency = { actor: "olga", reason: "fire", role: "on-call", expiresIn: "1m" };
const one = { name: "delay", version: 1 };
const two = { name: "delay", version: 2 };

let open: RegistryFixture;
beforeEach(async () => {
  open = await openRegistry({ policy });
  await makeChampion(open, await open.registerSkill(0.8));
  await open.registry.promote(await open.registerSkill(1), "staging", request);
});
afterEach(() => open.close());

/** Calls as from JavaScript: with anything. */
const call = async (method: keyof ModelRegistry, ...args: readonly unknown[]): Promise<unknown> =>
  await Reflect.apply(open.registry[method], open.registry, args);
const refusals = async (): Promise<number> =>
  (await open.ledger.audit.read({})).filter(({ kind }) => kind === "gate.refused").length;

test("100 break-glass for an alias, whose end nothing would watch", async () => {
  const before = await refusals();
  await expect(call("breakGlass", two, "alias:eu", emergency)).rejects.toMatchObject({
    code: "registry/invalid-transition",
  });
  expect((await open.registry.aliases("delay")).own).toBeUndefined();
  expect(await refusals()).toBe(before + 1);
});

test("101 an emergency's candidate taken on to production, to outlive the emergency", async () => {
  await open.registry.breakGlass(two, "candidate", emergency);
  open.clock.advance(60_000);
  await expect(open.registry.load("delay", 2)).rejects.toMatchObject({ code: "certificate/expired" });
  const invalid = { code: "registry/invalid-transition", message: expect.stringContaining("by break-glass") };
  await expect(open.registry.promote(two, "production", request)).rejects.toMatchObject(invalid);
  await expect(open.registry.explain(two, "production")).rejects.toMatchObject(invalid);
  await open.registry.approve(two, "candidate", { approver: "grace", role: "owner", comment: "fine" });
  await open.registry.promote(two, "candidate", request);
  expect((await open.registry.promote(two, "production", request)).outcome).toBe("promoted");
});

test("102 a token that has approved one thing, replayed to break the glass; and the other way", async () => {
  const identity = {
    verify: async (token: string) => ({ subject: token, roles: ["on-call", "owner"], issuer: "https://id.example" }),
  };
  const registry = new ModelRegistry({ ...open.options, identity });
  const approval = { token: "olga", role: "owner", comment: "fine" };
  await registry.approve(two, "candidate", approval);
  expect(await registry.breakGlass(two, "production", { ...emergency, token: "olga" })).toMatchObject({
    outcome: "refused",
    reasons: [expect.stringContaining("approved something else")],
  });
  const tim = { ...emergency, actor: "tim", token: "tim" };
  expect((await registry.breakGlass(two, "candidate", tim)).outcome).toBe("promoted");
  await expect(registry.approve(two, "production", { ...approval, token: "tim" })).rejects.toMatchObject({
    code: "registry/approval-refused",
  });
});

test("103 an emergency's version exported: past its end, or to count elsewhere as one that passed its gates", async () => {
  await open.registry.breakGlass(two, "production", emergency);
  const bundle = await open.registry.export(two, request);
  const gates = [originCertified({ keys: [open.options.signer.keyId] })];
  const there = await openRegistry({ policy: { name: "trusting", transitions: { staging: { gates, approvals: 0 } } } });
  const version = await there.registry.import(bundle, { ...request, trust: open.options.verifier });
  expect((await there.registry.explain(version, "staging")).reasons).toEqual([
    expect.stringContaining("by break-glass: past closed gates"),
  ]);
  await there.close();
  open.clock.advance(60_000);
  await expect(open.registry.export(two, request)).rejects.toMatchObject({ code: "certificate/expired" });
});

test("104 a refused name that is the log's name of a key, so that the key's rotation goes unrecorded", async () => {
  const [old, next] = ["key.pem", "next.pem"].map((name) => keyFileSigner({ path: join(open.folder, name) }));
  if (old === undefined || next === undefined) throw new Error("two keys expected");
  const content = new ContentRegistry({ ...open.options, source: open.registry });
  const squatter: unknown = { kind: "prompt", name: `key:${old.keyId}` };
  await expect(content.registerContent(Object(squatter), { author: "" })).rejects.toMatchObject({
    code: "definition/invalid",
  });
  const keys = { [old.keyId]: old.publicKeyPem(), [next.keyId]: next.publicKeyPem() };
  const both = new ModelRegistry({ ...open.options, verifier: pinnedKeysVerifier({ keys }) });
  const { index } = await both.rotateKey({ to: next, ...request });
  const [record] = await open.ledger.audit.read({ fromIndex: index, limit: 1 });
  expect(record?.kind).toBe("key.rotated");
});

test("105 a number that is a text, which would deprecate a version for the log and not for the standing", async () => {
  const key = { name: "delay", version: "1" };
  const invalid = { code: "argument/invalid" };
  await expect(call("deprecate", key, request)).rejects.toMatchObject(invalid);
  await expect(call("reinstate", key, request)).rejects.toMatchObject(invalid);
  await expect(call("writeCard", key, { limits: "snow" }, { author: "ada" })).rejects.toMatchObject(invalid);
  await expect(call("promote", key, "archived", request)).rejects.toMatchObject(invalid);
  expect((await open.registry.champion("delay")).version.version).toBe(1);
});

test("106 contributors as one text, whose letters are nobody's name", async () => {
  const evaluation = await open.registry.evaluationOf(two);
  const given = { run: await trackedRun(open.options, "run-1-0"), artifact: trained(1), evaluation, author: "zed" };
  await expect(call("register", delayModel, { ...given, contributors: "grace" })).rejects.toMatchObject({
    code: "argument/invalid",
  });
});

test("107 the author approves, spelled with signs that nobody sees", async () => {
  const before = await refusals();
  const spelled = ["ada\u200b", "a\u00adda", "\u202eada", "ada\u{e0041}", "ad\u034fa", "a\u2060da\ufe0f", "ada\0"];
  for (const approver of spelled)
    await expect(
      open.registry.approve(two, "candidate", { approver, role: "owner", comment: "fine" }),
      JSON.stringify(approver),
    ).rejects.toMatchObject({ code: "registry/approval-refused" });
  expect(await refusals()).toBe(before + spelled.length);
});

const odd: readonly (readonly [keyof ModelRegistry, ...(readonly unknown[])])[] = [
  ["promote", two, "candidate"],
  ["promote", two, undefined, request],
  ["promote", two, {}, request],
  ["promote", two, "__proto__", request],
  ["promote", two, "constructor", request],
  ["promote", null, "candidate", request],
  ["promote", { name: {}, version: 1 }, "candidate", request],
  ["promote", two, "candidate", { actor: "a\0", reason: "x" }],
  ["promote", two, "candidate", { actor: "ada", reason: "\ud800" }],
  ["explain", two],
  ["explain", null, "candidate"],
  ["approve", two, "candidate"],
  ["approve", two, undefined, { approver: "grace", role: "owner", comment: "fine" }],
  ["approve", two, "candidate", { approver: "grace", role: "owner" }],
  ["alias", two, "eu"],
  ["removeAlias", "delay", "eu"],
  ["rollback", "delay", 1],
  ["breakGlass", two, "candidate"],
  ["breakGlass", two, "candidate", { ...emergency, expiresIn: null }],
  ["register", delayModel],
  ["register", undefined, { author: "ada", artifact: trained(1), run: {}, evaluation: {} }],
  ["register", delayModel, { author: "ada", artifact: trained(1) }],
  ["register", delayModel, { artifact: trained(1) }],
  ["load", "delay", {}],
  ["load", "delay", "__proto__"],
  ["load", "delay", Number.NaN],
  ["load", undefined],
  ["certified", "delay", 1, "1"],
  ["certified", "delay", 1, null],
  ["deprecate", two],
  ["deprecate", two, { ...request, until: "tomorrow" }],
  ["reinstate", two],
  ["writeCard", two, { limits: "snow" }],
  ["revokeApproval", two, "candidate", request],
  ["export", one],
  ["export", one, { actor: "", reason: "" }],
  ["import", { format: "certified-model", files: [] }],
  ["import", { format: "certified-model", files: [] }, request],
  ["certificate", undefined],
  ["version", "delay"],
];

test("108 what code without types may pass is refused with an error of ours, and the log stays whole", async () => {
  const found: unknown[] = [];
  for (const [method, ...args] of odd) {
    const said = await call(method, ...args).then(
      () => "accepted",
      (error: unknown) => error,
    );
    if (!isSluiceError(said)) found.push([method, args, String(said)]);
  }
  expect(found).toEqual([]);
  const nothing = { ...request, trust: open.options.verifier };
  await expect(call("import", null, nothing)).rejects.toMatchObject({ code: "certificate/invalid" });
  expect(await open.ledger.audit.verify()).toMatchObject({ valid: true });
});

test("108 prompts as code without types may write them, and their measurements", async () => {
  const content = new ContentRegistry({ ...open.options, source: open.registry });
  const hello = {
    kind: "prompt",
    name: "hello",
    messages: [{ role: "user", content: "hi" }],
    variables: [],
    parameters: {},
  };
  const cases = { cases: "tickets", rows: 3 };
  const given: readonly (readonly [unknown, unknown])[] = [
    [undefined, { author: "ada" }],
    [hello, undefined],
    [{ kind: "prompt", name: "hello" }, { author: "ada" }],
    [{ ...hello, name: "delay@1" }, { author: "ada" }],
    [{ ...hello, name: "__proto__" }, { author: "ada" }],
    [hello, { author: "ada", evaluation: null }],
    [hello, { author: "ada", evaluation: cases }],
    [hello, { author: "ada", evaluation: { ...cases, metrics: { right: 0.9 } } }],
    [hello, { author: "ada", evaluation: { ...cases, metrics: {}, comparison: {} } }],
  ];
  for (const args of given)
    await expect(Reflect.apply(content.registerContent, content, [...args]), JSON.stringify(args)).rejects.toSatisfy(
      (error) => isSluiceError(error),
    );
});

test("109 gates that answer or throw what the log cannot hold are on record as failed", async () => {
  const answers: readonly (() => unknown)[] = [
    () => ({ outcome: "fail", reason: "\ud800", fix: "\udfff" }),
    () => ({ outcome: { toJSON: () => undefined }, reason: "odd" }),
    () => {
      throw new Error("\ud800");
    },
    () => {
      throw Object.create(null);
    },
  ];
  for (const judge of answers) {
    const gates = [{ gate: "odd", params: {}, judge: Object(judge) }];
    const transitions = { candidate: { gates, approvals: 0 } };
    const registry = new ModelRegistry({ ...open.options, policy: { name: "odd", transitions } });
    const before = await refusals();
    expect((await registry.promote(two, "candidate", request)).outcome).toBe("refused");
    expect(await refusals()).toBe(before + 1);
  }
});
