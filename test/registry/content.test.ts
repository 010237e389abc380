import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { config, featureServiceConfig } from "../../src/registry/content/config.ts";
import { ContentRegistry } from "../../src/registry/content/content-registry.ts";
import { prompt } from "../../src/registry/content/prompt.ts";
import { ModelRegistry } from "../../src/registry/model-registry.ts";
import { defaultContentPolicy } from "../../src/registry/policy/default-content-policy.ts";
import { VersionCatalog } from "../../src/registry/search/version-catalog.ts";
import { type RegistryFixture, openRegistry, service } from "./registry-fixture.ts";

let open: RegistryFixture;
afterEach(() => open.close());

const request = { actor: "ada", reason: "test" };
const by = { approver: "grace", role: "owner", comment: "fine" };
const triage = (text: string) =>
  prompt("triage", {
    template: [
      { role: "system", content: "You sort tickets." },
      { role: "user", content: text },
    ],
    variables: ["ticket"],
    parameters: { temperature: 0 },
  });

async function openContent(policies?: object): Promise<{ registry: ModelRegistry; content: ContentRegistry }> {
  open = await openRegistry();
  const options = {
    ...open.options,
    policies: policies ?? { prompt: defaultContentPolicy(), config: defaultContentPolicy() },
  };
  const registry = new ModelRegistry(options);
  return { registry, content: new ContentRegistry({ ...options, source: registry }) };
}

async function toProduction(registry: ModelRegistry, version: { name: string; version: number }): Promise<void> {
  for (const to of ["staging", "candidate", "production"] as const) {
    if (to === "production") await registry.approve(version, to, by);
    const result = await registry.promote(version, to, request);
    if (result.outcome !== "promoted") throw new Error(`${to}: ${result.reasons.join("; ")}`);
  }
}

test("a prompt goes through its gates and an approval, is loaded typed and rendered, and rolled back", async () => {
  const { registry, content } = await openContent();
  const first = await content.registerContent(triage("Urgent? {{ticket}}"), { author: "ada" });
  expect(first).toMatchObject({ kind: "prompt", version: 1, stage: "registered", artifactFormat: "sluice-prompt" });
  expect(await content.registerContent(triage("Urgent? {{ticket}}"), { author: "ada" })).toEqual(first);
  await expect(content.loadPrompt(triage("Urgent? {{ticket}}"))).rejects.toMatchObject({ code: "serving/no-champion" });
  await registry.promote(first, "staging", request);
  await registry.promote(first, "candidate", request);
  const alone = await registry.promote(first, "production", request);
  expect(alone.outcome === "refused" && alone.reasons.join()).toContain("approvals: 0 of 1");
  await registry.approve(first, "production", by);
  expect((await registry.promote(first, "production", request)).outcome).toBe("promoted");
  const loaded = await content.loadPrompt(triage("ignored: {{ticket}}"));
  expect(loaded.render({ ticket: "fire {{ticket}} $&" })).toEqual([
    { role: "system", content: "You sort tickets." },
    { role: "user", content: "Urgent? fire {{ticket}} $&" },
  ]);
  expect(loaded).toMatchObject({ version: { kind: "prompt" }, parameters: { temperature: 0 } });
  expect(() => loaded.render({} as never)).toThrow(/argument\/invalid/);
  expect(() => loaded.render({ ticket: "x", other: 1 } as never)).toThrow(/"other"/);
  await toProduction(registry, await content.registerContent(triage("How urgent is {{ticket}}?"), { author: "bob" }));
  expect((await content.loadPrompt(triage("{{ticket}}"))).messages[1]?.content).toBe("How urgent is {{ticket}}?");
  expect((await registry.rollback("triage", 1, request)).outcome).toBe("promoted");
  expect((await content.loadPrompt(triage("{{ticket}}"))).version.version).toBe(1);
  expect(await open.ledger.audit.verify()).toMatchObject({ valid: true });
});

test("two versions of a prompt or a config are compared by what they say", async () => {
  const { content } = await openContent();
  const catalog = new VersionCatalog(open.options);
  const limits = (warnAt: number) =>
    config("limits", { schema: z.object({ at: z.object({ warn: z.number() }) }), value: { at: { warn: warnAt } } });
  const [a, b] = [0.7, 0.8].map((warnAt) => content.registerContent(limits(warnAt), { author: "ada" }));
  if (a === undefined || b === undefined) throw new Error("two versions");
  expect(String(await catalog.diff(await a, await b))).toMatch(
    /\n {2}content value\.at\.warn +0\.7 → 0\.8 \(\+0\.1\)$/,
  );
  const [one, other] = ["Urgent?\n{{ticket}}", "Is it urgent?\n{{ticket}}"].map(triage);
  if (one === undefined || other === undefined) throw new Error("two prompts");
  const versions = [
    await content.registerContent(one, { author: "ada" }),
    await content.registerContent(other, { author: "ada" }),
  ] as const;
  const difference = await catalog.diff(...versions);
  expect(difference.changes.map(({ about, item }) => `${about} ${item}`.trim())).toEqual([
    "artifact",
    "content message 2 (user)",
  ]);
  expect(String(difference)).toContain(String.raw`"Urgent?\n{{ticket}}" → "Is it urgent?\n{{ticket}}"`);
});

test("a config's value that its schema refuses, and a metric that is a bare number, are refused in one sentence", async () => {
  const { content } = await openContent();
  const schema = z.object({ warnAt: z.number() });
  expect(() => config("limits", { schema, value: { warnAt: "0.7" } as never })).toThrow(
    'found a value that the schema refuses at "warnAt" (invalid_type), in the config "limits"; expected a JSON value that its schema takes.',
  );
  for (const metric of [0.9, { value: 0.9 }]) {
    const evaluation = { cases: "golden", rows: 200, metrics: { exact: metric } } as never;
    await expect(content.registerContent(triage("{{ticket}}"), { author: "ada", evaluation })).rejects.toMatchObject({
      code: "argument/invalid",
      expected: expect.stringContaining("metrics as { value, n }"),
    });
  }
});

test("thresholds and a feature service are configs: typed by their definition at every load", async () => {
  const { registry, content } = await openContent();
  const schema = z.object({ warnAt: z.number().min(0).max(1) });
  const limits = config("limits", { schema, value: { warnAt: 0.7 } });
  await toProduction(registry, await content.registerContent(limits, { author: "ada" }));
  const { value } = await content.loadConfig(limits);
  expect(value.warnAt).toBe(0.7);
  const stricter = config("limits", { schema: z.object({ warnAt: z.number().max(0.5) }), value: { warnAt: 0.4 } });
  await expect(content.loadConfig(stricter)).rejects.toMatchObject({ code: "definition/conflict" });
  const features = featureServiceConfig("delay-features", service);
  await toProduction(registry, await content.registerContent(features, { author: "ada" }));
  expect((await content.loadConfig(features)).value.hash).toBe(service.hash);
  const other = featureServiceConfig("delay-features", { ...service, hash: service.schemaHash });
  await expect(content.loadConfig(other)).rejects.toMatchObject({ code: "definition/conflict" });
});

test("where metrics are named, what was not measured stays closed; what the host measured is judged", async () => {
  const policy = defaultContentPolicy({ metrics: { exactMatch: { atLeast: 0.8, on: "point" } } });
  const { registry, content } = await openContent({ prompt: policy });
  const blind = await content.registerContent(triage("{{ticket}}"), { author: "ada" });
  expect(blind.warnings?.join()).toContain('lacks "exactMatch"');
  await registry.promote(blind, "staging", request);
  const closed = await registry.promote(blind, "candidate", request);
  expect(closed.outcome === "refused" && closed.reasons).toEqual([
    "threshold:exactMatch: notMeasured: the evaluation was made on 0 rows",
  ]);
  const evaluation = { cases: "tickets 2026-11", rows: 200, metrics: { exactMatch: { value: 0.85, n: 200 } } };
  const measured = await content.registerContent(triage("{{ticket}}"), { author: "ada", evaluation });
  await toProduction(registry, measured);
  expect((await registry.champion("triage")).version.version).toBe(2);
  for (const bad of [{ rows: 0 }, { cases: "" }, { metrics: { exactMatch: { value: Number.NaN, n: 1 } } }])
    await expect(
      content.registerContent(triage("{{ticket}}"), { author: "ada", evaluation: { ...evaluation, ...bad } }),
    ).rejects.toMatchObject({ code: "argument/invalid" });
});

test("without a policy of its own kind nothing is promoted, whatever the models' policy says; a name is of one kind", async () => {
  const { registry, content } = await openContent({});
  const version = await content.registerContent(triage("{{ticket}}"), { author: "ada" });
  expect(version.warnings).toEqual(["there is no policy for prompts (`policies.prompt`): nothing can be promoted"]);
  const refused = await registry.promote(version, "staging", request);
  expect(refused.outcome === "refused" && refused.reasons.join()).toContain("there is no promotion policy");
  await expect(registry.approve(version, "staging", by)).rejects.toMatchObject({ code: "registry/policy-missing" });
  const limits = config("triage", { schema: z.number(), value: 1 });
  await expect(content.registerContent(limits, { author: "ada" })).rejects.toMatchObject({
    code: "definition/conflict",
  });
  await open.registerSkill(1);
  const delay = prompt("delay", { template: "x" });
  await expect(content.registerContent(delay, { author: "ada" })).rejects.toMatchObject({
    code: "definition/conflict",
  });
  await expect(content.loadConfig(config("delay", { schema: z.number(), value: 1 }), 1)).rejects.toMatchObject({
    code: "serving/not-certified",
  });
});

test("a policy of one kind does not displace that of another", async () => {
  const { registry, content } = await openContent();
  const version = await content.registerContent(triage("{{ticket}}"), { author: "ada" });
  const model = await open.registerSkill(1);
  for (const one of [version, model, version]) await registry.promote(one, "staging", request).catch(() => undefined);
  const adopted = (await open.ledger.audit.read({})).filter(({ kind }) => kind === "policy.adopted");
  expect(adopted.map(({ subject }) => subject)).toEqual(["default-content", "default"]);
});

test("definitions that contradict themselves are refused", async () => {
  open = await openRegistry();
  expect(() => prompt("p", { template: "{{a}}" })).toThrow(/\{\{a\}\}/);
  expect(() => prompt("p", { template: "x", variables: ["a"] })).toThrow(/"a"/);
  expect(() => prompt("p", { template: "{{a}}", variables: ["a", "a"] as never })).toThrow(/twice/);
  expect(() => prompt("p", { template: "" })).toThrow(/without text/);
  expect(() => prompt(" p", { template: "x" })).toThrow(/name/);
  expect(() => prompt("p", { template: "x", parameters: { t: Number.NaN } })).toThrow(/JSON/);
  expect(() => config("c", { schema: z.number(), value: "x" as never })).toThrow(/schema refuses/);
  expect(() => config("c", { schema: z.any(), value: { f: () => 1 } })).toThrow(/JSON/);
});
