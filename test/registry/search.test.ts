import { afterEach, expect, test } from "vitest";
import { seededRandom } from "../../src/core/random.ts";
import { prompt } from "../../src/registry/content/prompt.ts";
import { ContentRegistry } from "../../src/registry/content/content-registry.ts";
import { VersionCatalog } from "../../src/registry/search/version-catalog.ts";
import type { FoundVersion, VersionSearch } from "../../src/registry/search/version-search.ts";
import {
  delayModel,
  makeChampion,
  openRegistry,
  type RegistryFixture,
  trackedRun,
  trained,
  trainingSet,
} from "./registry-fixture.ts";
import { editStore, sql } from "../support/edit-store.ts";

let open: RegistryFixture;
afterEach(() => open.close());

const content = (): ContentRegistry => new ContentRegistry({ ...open.options, source: open.registry });
const catalog = (): VersionCatalog => new VersionCatalog(open.options);
const names = (found: readonly FoundVersion[]): readonly string[] =>
  found.map(({ model, version }) => `${model}@${version}`);

async function everyPage(search: VersionSearch): Promise<readonly FoundVersion[]> {
  const found: FoundVersion[] = [];
  for (let after: string | undefined; ; ) {
    const page = await catalog().search({ ...search, limit: 3, ...(after === undefined ? {} : { after }) });
    found.push(...page.versions);
    after = page.next;
    if (after === undefined) return found;
  }
}

test("every search, page by page, answers what a walk over all versions does", async () => {
  open = await openRegistry();
  const { clock } = open;
  const random = seededRandom("search");
  const all: { key: string; atMs: number; tag: string; author: string; kind: string; model: string }[] = [];
  for (let i = 0; i < 40; i++) {
    clock.advance(random.int(3));
    const model = `p-${random.int(4)}`;
    const [tag, author] = [["red", "blue"][random.int(2)] ?? "red", ["ada", "bob", "eve"][random.int(3)] ?? "ada"];
    const registered = await content().registerContent(prompt(model, { template: `text ${i}` }), {
      author,
      tags: { colour: tag },
    });
    all.push({
      key: `${model}@${registered.version}`,
      atMs: registered.registeredAtMs,
      tag,
      author,
      kind: "prompt",
      model,
    });
  }
  const model = await open.registerSkill(1);
  all.push({ key: "delay@1", atMs: model.registeredAtMs, tag: "", author: "ada", kind: "model", model: "delay" });
  const middle = all[20]?.atMs ?? 0;
  const searches: readonly [VersionSearch, (one: (typeof all)[number]) => boolean][] = [
    [{}, () => true],
    [{ kind: "model" }, ({ kind }) => kind === "model"],
    [{ model: "p-2" }, (one) => one.model === "p-2"],
    [{ author: "eve", fromMs: middle }, ({ author, atMs }) => author === "eve" && atMs >= middle],
    [{ tag: { name: "colour", value: "red" } }, ({ tag }) => tag === "red"],
    [
      { tag: { name: "colour", value: "blue" }, author: "bob", toMs: middle },
      ({ tag, author, atMs }) => tag === "blue" && author === "bob" && atMs < middle,
    ],
    [{ stage: "staging" }, () => false],
  ];
  for (const [search, holds] of searches) {
    const expected = all.filter(holds).map(({ key }) => key);
    const found = names(await everyPage(search));
    expect([...found].sort(), JSON.stringify(search)).toEqual([...expected].sort());
    const times = (await everyPage(search)).map(({ registeredAtMs }) => registeredAtMs);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  }
  const page = await catalog().models({ limit: 2 });
  expect([page.models.map(({ name }) => name), page.next]).toEqual([["delay", "p-0"], "p-0"]);
  expect((await catalog().models({ after: "p-0" })).models.map(({ name }) => name)).toEqual(["p-1", "p-2", "p-3"]);
  expect((await catalog().models({ kind: "model" })).models).toMatchObject([{ name: "delay", versions: 1 }]);
});

test("by metric the best first; by owner and by tags as they are now; what is answered is verified", async () => {
  open = await openRegistry();
  const { registry } = open;
  for (const skill of [0.2, 1, 0.6]) await open.registerSkill(skill);
  const best = await catalog().search({ metric: { name: "auc", atLeast: 0.6 } });
  expect(names(best.versions)[0]).toBe("delay@2");
  expect(best.versions[0]?.metric).toBeGreaterThan(best.versions.at(-1)?.metric ?? 1);
  await registry.writeCard({ name: "delay", version: 1 }, { owner: "ops" }, { author: "ada" });
  await registry.writeCard({ name: "delay", version: 2 }, { owner: "ops" }, { author: "ada" });
  await registry.writeCard({ name: "delay", version: 2 }, { owner: "sales" }, { author: "ada" });
  expect(names((await catalog().search({ owner: "ops" })).versions)).toEqual(["delay@1"]);
  await catalog().tag({ name: "delay", version: 3 }, { team: "x", approved: "yes" }, { actor: "ada" });
  await catalog().tag({ name: "delay", version: 3 }, { team: null }, { actor: "ada" });
  expect((await catalog().search({ tag: { name: "team", value: "x" } })).versions).toEqual([]);
  expect((await catalog().search({ model: "delay" })).versions[0]?.tags).toEqual({ approved: "yes" });
  expect((await open.ledger.audit.read({ subject: "delay@3" })).at(-1)).toMatchObject({ kind: "version.tagged" });
  await editStore(open.metadata, sql`update registry_version set author = 'eve' where version = 3`);
  await expect(catalog().search({ author: "eve" })).rejects.toMatchObject({ code: "registry/tampered" });
});

test("what cannot be asked is refused", async () => {
  open = await openRegistry();
  const version = await open.registerSkill(1);
  for (const limit of [0, -1, 1.5, 1001, Number.NaN]) {
    await expect(catalog().search({ limit })).rejects.toMatchObject({ code: "argument/invalid" });
    await expect(catalog().models({ limit })).rejects.toMatchObject({ code: "argument/invalid" });
  }
  for (const after of ["", "x", "[]", '["a",1,2]'])
    await expect(catalog().search({ after })).rejects.toMatchObject({ code: "argument/invalid" });
  for (const tags of [{ "": "x" }, { a: "" }, { a: 3 as never }, { a: "x".repeat(501) }])
    await expect(catalog().tag(version, tags, { actor: "ada" })).rejects.toMatchObject({ code: "argument/invalid" });
});

test("the difference of two versions, and its print", async () => {
  open = await openRegistry();
  const params = new Map<string, object>();
  const { registry } = open;
  const differences = new VersionCatalog({
    ...open.options,
    runDetails: { params: async (id) => ({ ...params.get(id) }) },
  });
  for (const [id, l2] of [
    ["r1", 0.1],
    ["r2", 0.3],
  ] as const) {
    params.set(id, { l2, epochs: 5 });
    const artifact = trained(1, l2);
    const evaluation = await open.evaluator.evaluate(delayModel, artifact, trainingSet("held out"), {
      label: "late",
      metrics: ["auc", "logLoss"],
    });
    await registry.register(delayModel, {
      run: await trackedRun(open.options, id, artifact),
      artifact,
      evaluation,
      author: "ada",
    });
  }
  await makeChampion(open, await registry.version("delay", 1));
  await registry.writeCard({ name: "delay", version: 2 }, { owner: "ops" }, { author: "ada" });
  const [a, b] = [
    { name: "delay", version: 1 },
    { name: "delay", version: 2 },
  ];
  const diff = await differences.diff(a, b);
  expect(diff.changes.map(({ about, item }) => `${about} ${item}`.trim()).sort()).toEqual(
    ["artifact", "card owner", "card revision", "metrics logLoss", "params l2", "policy", "version stage"].sort(),
  );
  expect(diff.toString()).toMatch(/^delay@1 → delay@2: 7 differences\n/);
  expect(diff.toString()).toMatch(/params l2 +0\.1 → 0\.3 \(\+0\.2\)/);
  expect(String(await differences.diff(a, a))).toBe("delay@1 and delay@1: no difference");
});

test("a tag and a metric that are not named by `name` are refused before anything is asked of the store", async () => {
  open = await openRegistry();
  const misshapen: readonly unknown[] = [
    { tag: { team: "x" } },
    { tag: null },
    { tag: "x" },
    { metric: "auc" },
    { metric: null },
  ];
  for (const asked of misshapen)
    await expect(catalog().search(asked as VersionSearch)).rejects.toMatchObject({
      code: "argument/invalid",
      expected: expect.stringMatching(/an object as \{ name: /),
    });
});
