import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { digestOf } from "../../../src/core/digest.ts";
import type { EvaluationReport } from "../../../src/contracts/evaluation-report.ts";
import { prompt } from "../../../src/registry/content/prompt.ts";
import type { VersionKey } from "../../../src/registry/versions/version-key.ts";
import { documentationMarkdown } from "../../../src/workflows/governance/documentation-markdown.ts";
import type { TechnicalDocumentation } from "../../../src/workflows/governance/documentation-record.ts";
import { generatedCardMarkdown, generatedModelCard } from "../../../src/workflows/governance/generated-card.ts";
import { readHumanPart } from "../../../src/workflows/governance/human-parts.ts";
import { technicalDocumentation } from "../../../src/workflows/governance/technical-documentation.ts";
import type { Workspace } from "../../../src/workspace.ts";
import { faults } from "../../schemas/json-schemas.ts";
import { governedWorkspace } from "../../support/governed-workspace.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-documents-"));
const key = { name: "delay", version: 1 };
let ws: Workspace;
let evaluation: EvaluationReport;

beforeAll(async () => {
  const governed = await governedWorkspace(folder);
  ws = governed.ws;
  evaluation = governed.evaluation;
}, 120_000);

afterAll(async () => {
  await ws.close();
  rmSync(folder, { recursive: true, force: true });
});

function pointOf({ points }: TechnicalDocumentation, id: string): TechnicalDocumentation["points"][number] {
  const point = points.find((one) => one.id === id);
  if (point === undefined) throw new Error(`no point ${id}`);
  return point;
}

test("every statement rests on a record that is there, and every digest on one that is known", async () => {
  const documentation = await technicalDocumentation(ws, key);
  const records = await ws.audit({ limit: 10_000 });
  const statements = documentation.points.flatMap((point) => point.statements);
  expect(statements.length).toBeGreaterThan(30);
  for (const { text, sources } of statements) {
    expect(sources.length, text).toBeGreaterThan(0);
    for (const source of sources) {
      if (source.kind === "audit")
        expect(source, text).toMatchObject({ hash: records[source.index]?.hash, event: records[source.index]?.kind });
      else expect(source.digest, text).toMatch(/^(?:sha256:[0-9a-f]{64}|git:|asserted:)/);
    }
  }
});

test("what is on record is said with its numbers: data, run, test, gates, production, monitors", async () => {
  const documentation = await technicalDocumentation(ws, key);
  const said = (id: string): string =>
    pointOf(documentation, id)
      .statements.map(({ text }) => text)
      .join("\n");
  const { run } = await ws.registry.version("delay", 1);
  expect(said("annex-iv.1.a")).toContain('Version 1 of "delay", registered');
  expect(said("annex-iv.1.a")).toContain(
    "By its model card (revision 1, ada) it is for: Tells which flights will be late.",
  );
  expect(said("annex-iv.3")).toContain("its limits are: Not tried on snow.");
  expect(said("annex-iv.2.a")).toContain(run.id);
  expect(said("annex-iv.2.d")).toMatch(
    /For training: the dataset "flights": 4000 rows from rows, .* 3 of 3 checks passed, validated/,
  );
  expect(said("annex-iv.2.g")).toContain(`${evaluation.rows} held-out rows`);
  const auc = evaluation.metrics["auc"];
  if (auc === undefined || !("value" in auc)) throw new Error("an AUC expected");
  expect(said("annex-iv.2.g")).toContain(`auc ${Number(auc.value.toPrecision(4))}`);
  expect(said("annex-iv.2.g")).toContain("approved for production by grace");
  expect(said("annex-iv.6")).toContain("candidate → production, by ada: ready");
  expect(said("art-12.2.c")).toContain("Version 1 had production from");
  expect(said("art-72.1")).toContain(
    'The monitor "inputs" watches drift of the inputs risk.far; ops answers within 4h.',
  );
  expect(said("art-72.2")).toMatch(/judged 2 windows of 100 predictions .*: 0 ok, 2 bad/);
  expect(said("art-72.3")).toContain("runbook: look at the feed");
});

test("the coverage tells what is evidenced, what is in part, and what a person must write; it adds up", async () => {
  const documentation = await technicalDocumentation(ws, key);
  const { coverage, points } = documentation;
  expect(coverage.evidenced + coverage.partly + coverage.human).toBe(points.length);
  expect(pointOf(documentation, "annex-iv.6")).toMatchObject({ coverage: "evidenced", missing: [] });
  expect(pointOf(documentation, "art-12.1")).toMatchObject({ coverage: "evidenced", missing: [] });
  expect(pointOf(documentation, "annex-iv.1.a")).toMatchObject({ coverage: "partly" });
  for (const id of ["annex-iv.1.f", "annex-iv.1.h", "annex-iv.2.e", "annex-iv.5", "annex-iv.7", "annex-iv.8"]) {
    expect(pointOf(documentation, id)).toMatchObject({ coverage: "human", statements: [] });
    expect(coverage.open).toContain(id);
  }
  for (const point of points)
    if (point.coverage !== "evidenced") expect(point.missing.length, point.id).toBeGreaterThan(0);
  expect(String(documentation)).toMatch(/annex-iv\.5 +a human must write +0 statements/);
});

test("the same records give the same document; it is valid by its schema; nobody is called what only others may say", async () => {
  const documentation = await technicalDocumentation(ws, key);
  const again = await technicalDocumentation(ws, key);
  expect(JSON.stringify(again)).toBe(JSON.stringify(documentation));
  expect(faults("technical-documentation", JSON.parse(JSON.stringify(documentation)))).toBe("");
  const card = await generatedModelCard(ws, key);
  expect(faults("generated-model-card", JSON.parse(JSON.stringify(card)))).toBe("");
  for (const text of [documentationMarkdown(documentation), String(documentation), generatedCardMarkdown(card)]) {
    expect(text.length).toBeGreaterThan(1000);
    expect(text).not.toMatch(/complian/i);
    expect(text).not.toMatch(/undefined|NaN|\[object/);
  }
  expect(generatedCardMarkdown(card)).toContain("## How well it works");
});

test("what people wrote is included as theirs, once on record, and marks its point as written", async () => {
  const text = "# Purpose\n\nTells passengers which flights will be late. <b>Not</b> for pricing.";
  const parts = [readHumanPart("docs/annex-iv.1.a.md", `---\nauthor: ada\n---\n${text}\n`)];
  const before = (await ws.verifyAudit()).events;
  const documentation = await technicalDocumentation(ws, key, { parts });
  const [written] = pointOf(documentation, "annex-iv.1.a").written;
  expect(written).toMatchObject({ author: "ada", markdown: text, digest: digestOf(text) });
  const [record] = await ws.audit({ fromIndex: written?.record.index ?? -1, limit: 1 });
  expect(record).toMatchObject({
    kind: "host.documentation-part",
    subject: "delay@1",
    actor: "ada",
    body: { point: "annex-iv.1.a", digest: digestOf(text) },
  });
  await technicalDocumentation(ws, key, { parts });
  expect((await ws.verifyAudit()).events).toBe(before + 1);
  expect(documentation.coverage.written).toBe(1);
  expect(documentation.coverage.open).not.toContain("annex-iv.1.a");
  const markdown = documentationMarkdown(documentation);
  expect(markdown).toContain(`Written by ada (\`${digestOf(text)}\``);
  expect(markdown).toContain("> # Purpose");
});

test.each([
  ["annex-iv.1.z.md", "---\nauthor: ada\n---\ntext", "annex-iv.1.z"],
  ["annex-iv.5.md", "text without a front matter", "without an author"],
  ["annex-iv.5.md", "---\nauthor: ada\n---\n\n", "without a text"],
])("a part that is none is refused: %s", (name, text, found) => {
  expect(() => readHumanPart(name, text)).toThrow(found);
});

test("a version that nobody evaluated for groups, or monitored, says what is missing; one that is not there is refused", async () => {
  const documentation = await technicalDocumentation(ws, key);
  expect(pointOf(documentation, "annex-iv.2.g").missing).toContain("differences between groups were not measured");
  await expect(technicalDocumentation(ws, { name: "delay", version: 9 })).rejects.toMatchObject({
    code: "registry/not-found",
  });
  const controller = new AbortController();
  controller.abort(new Error("enough"));
  await expect(technicalDocumentation(ws, key, { signal: controller.signal })).rejects.toThrow("enough");
});

test("the policy in force is that of the version's own kind, also where prompts got theirs later", async () => {
  const inForce = async (version: VersionKey): Promise<string> =>
    pointOf(await technicalDocumentation(ws, version), "annex-iv.2.f").statements.at(0)?.text ?? "none";
  const before = await inForce(key);
  expect(before).toContain('passes the gates of the policy "default", in force since');
  const greeting = prompt("greeting", { template: "Hello {{who}}", variables: ["who"] });
  const written = await ws.registry.registerContent(greeting, { author: "ada" });
  await ws.registry.promote(written, "staging", { actor: "ada", reason: "ready" });
  expect(await inForce(key)).toBe(before);
  expect(await inForce(written)).toContain('passes the gates of the policy "default-content"');
  const changes = pointOf(await technicalDocumentation(ws, key), "annex-iv.6").statements.map(({ text }) => text);
  expect(changes.filter((text) => text.includes("policy.adopted"))).toEqual([expect.stringContaining("default, by ")]);
});
