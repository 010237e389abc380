import { afterEach, beforeEach, expect, test } from "vitest";
import type { PromotionPolicy } from "../../src/contracts/gate.ts";
import type { ModelVersion } from "../../src/contracts/model-version.ts";
import { oidcIdentity } from "../../src/registry/approvals/oidc-identity.ts";
import { config } from "../../src/registry/content/config.ts";
import { ContentRegistry } from "../../src/registry/content/content-registry.ts";
import { prompt } from "../../src/registry/content/prompt.ts";
import { modelCard } from "../../src/registry/gates/model-card.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { defaultContentPolicy } from "../../src/registry/policy/default-content-policy.ts";
import { z } from "zod";
import { VersionCatalog } from "../../src/registry/search/version-catalog.ts";
import { laxPolicy, makeChampion, openRegistry, type RegistryFixture } from "../registry/registry-fixture.ts";
import { claimsOf, confused, issuer, providerKey, signed, unsigned } from "../registry/tokens.ts";
import { editStore, rowsOf, sql } from "../support/edit-store.ts";

// Aliases, deprecations, cards, approvals by token, break-glass and kinds: forged by who can write the store.

const policy: PromotionPolicy = {
  ...laxPolicy,
  aliases: {
    eu: { stage: "staging", gates: [], approvals: 0 },
    carded: { stage: "staging", gates: [modelCard({ parts: ["owner"] })], approvals: 0 },
  },
  breakGlass: { roles: ["on-call"], maxDurationMs: 3_600_000 },
};
const request = { actor: "ada", reason: "test" };
const emergency = { actor: "olga", reason: "fire", role: "on-call", expiresIn: "1h" };
const one = { name: "delay", version: 1 };
const two = { name: "delay", version: 2 };

let open: RegistryFixture;
beforeEach(async () => {
  open = await openRegistry({ policy });
  await makeChampion(open, await open.registerSkill(0.8));
  await open.registry.promote(await open.registerSkill(1), "staging", request);
});
afterEach(() => open.close());

type Row = Readonly<Record<string, string | number | null>>;
const standing = async (): Promise<Row> =>
  (
    await rowsOf(
      open.metadata,
      sql`select s.body, s.key_id, s.signature, m.revision from registry_standing s join registry_model m on m.model = s.model`,
    )
  )[0] ?? {};
/** An older standing put back, with the model's revision that it was signed at. */
const putBack = (old: Row): Promise<void> =>
  editStore(
    open.metadata,
    sql`update registry_standing set body = ${old["body"]}, key_id = ${old["key_id"]}, signature = ${old["signature"]}`,
    sql`update registry_model set revision = ${old["revision"]}`,
  );

async function moved(version: { name: string; version: number }): Promise<void> {
  const result = await open.registry.alias(version, "eu", request);
  if (result.outcome !== "promoted") throw new Error(result.reasons.join());
}

test("60 an alias of one's own pointed elsewhere, invented, or deleted by SQL", async () => {
  await moved(one);
  await editStore(open.metadata, sql`update registry_alias set version = 2 where alias = 'eu'`);
  await expect(open.registry.load("delay", "eu")).rejects.toThrow(
    /registry\/tampered.*"eu" points at 2, by the signed standing at 1/,
  );
  await expect(open.registry.aliases("delay")).rejects.toMatchObject({ code: "registry/tampered" });
  await editStore(open.metadata, sql`delete from registry_alias where alias = 'eu'`);
  await expect(open.registry.load("delay", "eu")).rejects.toThrow(/points at nothing/);
  await editStore(open.metadata, sql`insert into registry_alias values ('delay', 'us', 2)`);
  await expect(open.registry.load("delay", "us")).rejects.toThrow(
    /"us" points at 2, by the signed standing at nothing/,
  );
});

test("61 an alias put back where it was, standing, revision and all", async () => {
  await moved(one);
  const old = await standing();
  await moved(two);
  await putBack(old);
  await editStore(open.metadata, sql`update registry_alias set version = 1 where alias = 'eu'`);
  await expect(open.registry.load("delay", "eu")).rejects.toThrow(/registry\/tampered.*tells another move/);
});

test("62 a removed alias put back", async () => {
  await moved(one);
  const old = await standing();
  await open.registry.removeAlias("delay", "eu", request);
  await putBack(old);
  await editStore(open.metadata, sql`insert into registry_alias values ('delay', 'eu', 1)`);
  await expect(open.registry.load("delay", "eu")).rejects.toThrow(/removed by audit record/);
});

test("63 the alias challenger pointed elsewhere", async () => {
  await editStore(open.metadata, sql`insert into registry_alias values ('delay', 'challenger', 2)`);
  await expect(open.registry.load("delay", "challenger")).rejects.toThrow(
    /registry\/tampered.*newest candidate is none/,
  );
});

test("64 the certificate of another alias, or of a promotion, under an alias", async () => {
  await moved(one);
  const digest = (await open.registry.certificateOf(one)).digest;
  const [row] = await rowsOf(open.metadata, sql`select body from registry_certificate where digest = ${digest}`);
  await editStore(
    open.metadata,
    sql`update registry_certificate set body = ${row?.["body"]} where body like '%"alias":"eu"%'`,
  );
  await expect(open.registry.load("delay", "eu")).rejects.toThrow(/certificate\/invalid.*changed/);
});

test("65 a deprecation edited out of the standing, or an older standing put back", async () => {
  const old = await standing();
  await open.registry.deprecate(one, { ...request, until: open.clock.nowMs() + 1 });
  open.clock.advance(1);
  const now = await standing();
  await editStore(open.metadata, sql`update registry_standing set body = replace(body, '"untilMs":', '"untilMs":9')`);
  await expect(open.registry.champion("delay")).rejects.toThrow(/registry\/tampered.*signature/);
  await putBack({ ...now, revision: now["revision"] ?? 0 });
  await expect(open.registry.champion("delay")).rejects.toMatchObject({ code: "registry/deprecated" });
  await putBack(old);
  await expect(open.registry.champion("delay")).rejects.toThrow(
    /registry\/tampered.*its deprecation is another by audit record/,
  );
});

test("66 a deprecation taken off the log instead: its record edited away", async () => {
  await open.registry.deprecate(two, request);
  await editStore(
    open.metadata,
    sql`update audit_events set record = replace(record, 'version.deprecated', 'version.tagged'), kind = 'version.tagged' where kind = 'version.deprecated'`,
  );
  await expect(open.registry.promote(two, "candidate", request)).rejects.toThrow(
    /deprecated by the signed standing, but no audit record/,
  );
  expect(await open.ledger.audit.verify()).toMatchObject({ valid: false, reason: expect.any(String) });
});

test("67 a model card edited, swapped, deleted, or an earlier revision put back", async () => {
  await open.registry.writeCard(two, { limits: "bad on snow" }, { author: "ada" });
  const old = await standing();
  await open.registry.writeCard(two, { owner: "ops" }, { author: "ada" });
  await open.registry.writeCard(one, { owner: "eve" }, { author: "eve" });
  const cards = sql<Row>`select * from registry_card`;
  const edit = async (...statements: ReturnType<typeof sql>[]): Promise<string> => {
    const before = await rowsOf(open.metadata, cards);
    await editStore(open.metadata, ...statements);
    const error = await open.registry.explain(two, "alias:carded").then(() => "passed", String);
    await expect(open.registry.card(two)).rejects.toMatchObject({ code: "registry/tampered" });
    await editStore(open.metadata, sql`delete from registry_card`);
    for (const row of before)
      await editStore(
        open.metadata,
        sql`insert into registry_card values (${row["model"]}, ${row["version"]}, ${row["revision"]}, ${row["body"]}, ${row["key_id"]}, ${row["signature"]})`,
      );
    return error;
  };
  expect(await edit(sql`update registry_card set body = replace(body, '"ops"', '"me"')`)).toMatch(/signature/);
  expect(await edit(sql`delete from registry_card where version = 2`)).toMatch(/is gone/);
  const swap = sql`update registry_card set body = (select body from registry_card where version = 1), signature = (select signature from registry_card where version = 1) where version = 2 and revision = 2`;
  expect(await edit(swap)).toMatch(/is that of delay@1/);
  await putBack({ ...old, revision: (await standing())["revision"] ?? 0 });
  await expect(open.registry.card(two)).rejects.toThrow(/signed at revision/);
});

test("68 an older card put back with its standing", async () => {
  await open.registry.writeCard(two, { owner: "ops" }, { author: "ada" });
  const old = await standing();
  await open.registry.writeCard(two, { owner: "ops", limits: "bad on snow" }, { author: "ada" });
  await putBack(old);
  await expect(open.registry.explain(two, "alias:carded")).rejects.toThrow(
    /signed standing .*card\.written.*it was put back/,
  );
});

const key = providerKey("EdDSA", "k1");
async function candidate(): Promise<{ registry: ModelRegistry; version: ModelVersion }> {
  const identity = oidcIdentity({ issuer, audience: "sluice", jwks: { keys: [key.jwk] }, clock: open.clock });
  await open.registry.approve(two, "candidate", { approver: "grace", role: "owner", comment: "" });
  await open.registry.promote(two, "candidate", request);
  return {
    registry: new ModelRegistry({ ...open.options, identity }),
    version: await open.registry.version("delay", 2),
  };
}
const claims = (more: object = {}): object => claimsOf("u-1", ["owner"], open.clock.nowMs(), more);

test("69 forged tokens: none, a shared secret, another key, issuer, audience, expired, edited", async () => {
  const { registry, version } = await candidate();
  const good = signed(key, claims());
  const [header, , signature] = good.split(".");
  const edited = `${header}.${Buffer.from(JSON.stringify(claims({ sub: "u-2" }))).toString("base64url")}.${signature}`;
  const past = open.clock.nowMs() / 1000 - 100;
  for (const token of [
    unsigned(claims()),
    confused(key, claims()),
    signed(providerKey("EdDSA", "k1"), claims()),
    signed(key, claims({ iss: "https://evil.example" })),
    signed(key, claims({ aud: "other" })),
    signed(key, claims({ exp: past })),
    signed(key, claims({ roles: [] })),
    edited,
  ])
    await expect(registry.approve(version, "production", { token, role: "owner", comment: "" })).rejects.toMatchObject({
      code: "registry/approval-refused",
    });
  expect((await registry.explain(version, "production")).approvals.given).toEqual([]);
  const refused = (await open.ledger.audit.read({ subject: "delay@2" })).filter(({ kind }) => kind === "gate.refused");
  expect(refused).toHaveLength(8);
});

test("70 a token replayed for something else", async () => {
  const { registry, version } = await candidate();
  const token = signed(key, claims());
  await registry.approve(version, "production", { token, role: "owner", comment: "" });
  await registry.approve(version, "production", { token, role: "owner", comment: "the same again" });
  const third = await open.registerSkill(0.9);
  await registry.promote(third, "staging", request);
  await expect(registry.approve(third, "candidate", { token, role: "owner", comment: "" })).rejects.toThrow(
    /approved something else/,
  );
  await expect(registry.approve(version, "archived", { token, role: "owner", comment: "" })).rejects.toThrow(
    /approved something else/,
  );
});

test("71 an approval as stated made a verified one by SQL", async () => {
  const { registry, version } = await candidate();
  const stated = new ModelRegistry({ ...open.options, policy: { ...policy, transitions: { ...policy.transitions } } });
  await stated.approve(version, "production", { approver: "grace", role: "owner", comment: "" });
  const { evidenceDigest } = await registry.explain(version, "production");
  await editStore(
    open.metadata,
    sql`update registry_approval set evidence_digest = ${evidenceDigest}, body = replace(body, '"kind":', '"identity":{"issuer":"x","token":"y"},"kind":') where to_stage = 'production' and version = 2`,
  );
  expect((await registry.explain(version, "production")).approvals.given).toEqual([]);
});

test("72 an approval that was taken back, its standing put back", async () => {
  await open.registry.approve(two, "candidate", { approver: "grace", role: "owner", comment: "" });
  const old = await standing();
  await open.registry.revokeApproval(two, "candidate", { ...request, approver: "grace" });
  await putBack(old);
  await expect(open.registry.explain(two, "candidate")).rejects.toThrow(/registry\/tampered.*approval.revoked/);
});

test("73 break-glass made longer, or made regular, by SQL", async () => {
  await open.registry.breakGlass(two, "production", emergency);
  const until = open.clock.nowMs() + 3_600_000;
  const champion = sql`digest = (select certificate from registry_version where version = 2)`;
  const [row] = await rowsOf(open.metadata, sql`select body from registry_certificate where ${champion}`);
  const body = String(row?.["body"]);
  for (const forged of [body.replace(String(until), String(until * 2)), body.replace(/"breakGlass":\{[^}]*\},/, "")]) {
    await editStore(open.metadata, sql`update registry_certificate set body = ${forged} where ${champion}`);
    await expect(open.registry.champion("delay")).rejects.toMatchObject({ code: "certificate/invalid" });
  }
});

test("74 break-glass outlived by a clock turned back", async () => {
  await open.registry.breakGlass(two, "production", emergency);
  open.clock.advance(3_600_000);
  await expect(open.registry.champion("delay")).rejects.toMatchObject({ code: "certificate/expired" });
  await new VersionCatalog(open.options).tag(two, { a: "b" }, { actor: "ada" });
  await open.registry.writeCard(two, {}, { author: "ada" });
  open.clock.advance(-3_600_000);
  await expect(open.registry.champion("delay")).rejects.toMatchObject({ code: "certificate/expired" });
});

test("75 break-glass smuggled in with a promotion's or a rollback's request", async () => {
  const smuggled = {
    ...request,
    breakGlass: { role: "on-call", durationMs: 1e9, person: { known: true, name: "x", names: [] } },
  };
  const refused = { code: "argument/invalid", found: expect.stringContaining('the option "breakGlass"') };
  await expect(open.registry.promote(two, "production", smuggled)).rejects.toMatchObject(refused);
  const third = await open.registerSkill(0.9);
  await open.registry.promote(third, "archived", request);
  await expect(open.registry.rollback("delay", 3, smuggled)).rejects.toMatchObject(refused);
  expect((await open.registry.rollback("delay", 3, request)).outcome).toBe("refused");
});

const contentOf = (): { content: ContentRegistry; registry: ModelRegistry } => {
  const policies = { prompt: defaultContentPolicy(), config: defaultContentPolicy() };
  const options = { ...open.options, policies };
  const registry = new ModelRegistry(options);
  return { registry, content: new ContentRegistry({ ...options, source: registry }) };
};

test("76 a prompt's kind changed by SQL, so that a laxer policy judges it", async () => {
  const { content, registry } = contentOf();
  const version = await content.registerContent(prompt("triage", { template: "x" }), { author: "ada" });
  await editStore(open.metadata, sql`update registry_version set kind = 'config' where model = 'triage'`);
  await expect(registry.promote(version, "staging", request)).rejects.toThrow(
    /column kind is config, its record says prompt/,
  );
  await editStore(
    open.metadata,
    sql`update registry_version set body = replace(body, 'prompt-version', 'config-version') where model = 'triage'`,
  );
  await expect(registry.promote(version, "staging", request)).rejects.toThrow(/signature of a pinned key/);
});

test("77 a prompt's text swapped: in its artifact, or for another's", async () => {
  const { content, registry } = contentOf();
  const version = await content.registerContent(prompt("triage", { template: "be kind" }), { author: "ada" });
  await content.registerContent(prompt("triage", { template: "be evil" }), { author: "eve" });
  await registry.promote(version, "staging", request);
  await editStore(
    open.metadata,
    sql`update registry_version set body = (select body from registry_version where model = 'triage' and version = 2), signature = (select signature from registry_version where model = 'triage' and version = 2) where model = 'triage' and version = 1`,
  );
  await expect(content.loadPrompt(prompt("triage", { template: "be kind" }), 1)).rejects.toThrow(
    /signed record is that of prompt-version triage@2/,
  );
});

test("78 another kind's policy put into force by SQL", async () => {
  const { content, registry } = contentOf();
  const limits = config("limits", { schema: z.number(), value: 1 });
  const version = await content.registerContent(limits, { author: "ada" });
  await registry.promote(version, "staging", request);
  await editStore(open.metadata, sql`update registry_policy set scope = 'model' where scope = 'config'`);
  await registry.promote(version, "candidate", request);
  const adopted = (await open.ledger.audit.read({})).filter(
    ({ kind, body }) => kind === "policy.adopted" && JSON.stringify(body).includes('"for":"config"'),
  );
  expect(adopted).toHaveLength(2);
  const closed = await registry.promote(version, "production", request);
  expect(closed.outcome === "refused" && closed.reasons.join()).toContain("approvals: 0 of 1");
});

test("79 columns that only say what is signed, and tags, edited: the first are refused, the second are read by no gate", async () => {
  const approved = { name: "delay", version: 2 };
  await editStore(open.metadata, sql`insert into registry_label values ('tag:approved', 'yes', 1, 'delay', 2)`);
  await open.registry.promote(approved, "candidate", request);
  const result = await open.registry.promote(approved, "production", request);
  expect(result.outcome === "refused" && result.reasons.join()).toContain("approvals: 0 of 1");
  for (const column of ["author", "kind"]) {
    await editStore(open.metadata, sql`update registry_version set ${sql.ref(column)} = 'x' where version = 2`);
    await expect(open.registry.version("delay", 2)).rejects.toThrow(/column .* is x/);
    await editStore(open.metadata, sql`update registry_version set author = 'ada', kind = 'model' where version = 2`);
  }
  await editStore(open.metadata, sql`update registry_version set registered_ms = 1 where version = 2`);
  await expect(open.registry.version("delay", 2)).rejects.toThrow(/column registered_ms is 1/);
});
