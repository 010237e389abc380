import type { LineageEdge } from "../../src/contracts/lineage-store.ts";
import { digestOf } from "../../src/core/digest.ts";
import { seededRandom } from "../../src/core/random.ts";
import { signRecord } from "../../src/ledger/signed-record.ts";
import type { ModelRegistry } from "../../src/registry/model-registry.ts";
import { VersionCatalog } from "../../src/registry/search/version-catalog.ts";
import type { VersionSearch } from "../../src/registry/search/version-search.ts";
import type { RegistryOptions } from "../../src/registry/registry-options.ts";
import type { RegistryTables } from "../../src/registry/tables.ts";
import type { VersionBody } from "../../src/registry/versions/version-table.ts";
import { openRegistry, service, trainingSet } from "../../test/registry/registry-fixture.ts";
import { bestMs } from "../measure.ts";
import { report } from "../report.ts";

const models = 10_000;
const versionsEach = 20;
const stages = ["registered", "staging", "candidate", "archived"] as const;
const modelsAtOnce = 25;

/** List, search and lineage in a registry of 10,000 models of 20 versions each: each within 20 ms, every answer verified. */
export async function benchManyVersions(folder: string): Promise<void> {
  const open = await openRegistry({ folder, keep: true });
  try {
    for (let from = 0; from < models; from += modelsAtOnce) await insertModels(open.options, from);
    const catalog = new VersionCatalog(open.options);
    const searches: readonly (readonly [string, VersionSearch])[] = [
      ["the newest", {}],
      ["by stage", { stage: "candidate" }],
      ["by author, over time", { author: "eve", fromMs: 1000, toMs: 100_000 }],
      ["by a tag that one in 50 has", { tag: { name: "team", value: "team-7" } }],
      ["by tag and stage", { tag: { name: "team", value: "team-7" }, stage: "staging" }],
      ["by metric, the best first", { metric: { name: "auc", atLeast: 0.9 } }],
      ["of one model", { model: "model-5000" }],
    ];
    const bench = "registry";
    for (const [name, search] of searches)
      report({
        bench,
        case: `search 200k versions: ${name}, 50 verified`,
        value: await bestMs(() => catalog.search(search), 10),
        unit: "ms",
        atMost: 20,
      });
    const listing = { after: "model-5000", limit: 100 };
    report({
      bench,
      case: "list 100 of 10k models",
      value: await bestMs(() => catalog.models(listing), 10),
      unit: "ms",
      atMost: 20,
    });
    report({
      bench,
      case: "the versions of one of 10k models",
      value: await bestMs(() => versionsOf(open.registry), 10),
      unit: "ms",
      atMost: 20,
    });
    const key = { name: "model-5000", version: 7 };
    const lineage = await bestMs(() => open.registry.lineageOf(key), 10);
    report({ bench, case: "lineage of one of 200k versions", value: lineage, unit: "ms", atMost: 20 });
  } finally {
    await open.close();
  }
}

async function versionsOf(registry: ModelRegistry): Promise<void> {
  const found = await registry.versions("model-5000");
  if (found.length !== versionsEach) throw new Error("twenty versions expected");
}

/** Versions as registration would have written them: signed, with what they are searched by. */
async function insertModels(options: RegistryOptions, from: number): Promise<void> {
  const random = seededRandom(`models ${from}`);
  const rows: RegistryTables["registry_version"][] = [];
  const edges: LineageEdge[] = [];
  const { table: _table, features: _features, ...training } = trainingSet("bench", 1);
  for (let at = from; at < from + modelsAtOnce; at++) {
    for (let version = 1; version <= versionsEach; version++) {
      const body = bodyOf(`model-${at}`, version, at * versionsEach + version, training);
      const signed = await signRecord(options.signer, body);
      const stage = stages[random.int(stages.length)] ?? "registered";
      const found = { kind: "model", author: body.author, registered_ms: body.registeredAtMs };
      rows.push({ model: body.name, version, ...signed, stage, revision: 0, certificate: null, ...found });
      const artifact = `artifact:${body.artifactDigest}` as const;
      edges.push(
        { from: `run:${body.run.id}`, to: artifact, kind: "trained", asserted: true },
        { from: artifact, to: `model-version:${body.name}@${version}`, kind: "registered", asserted: false },
      );
    }
  }
  await options.metadata.write(async (tx) => {
    const sql = tx.sql.withTables<RegistryTables>();
    await sql.insertInto("registry_version").values(rows).execute();
    const names = [...new Set(rows.map(({ model }) => model))];
    const counters = names.map((model) => ({ model, revision: 0, versions: versionsEach, last_ms: 1 }));
    await sql.insertInto("registry_model").values(counters).execute();
    const labels = rows.map(({ model, version, registered_ms }) => ({
      label: "tag:team",
      value: `team-${random.int(50)}`,
      registered_ms: registered_ms ?? 0,
      model,
      version,
    }));
    await sql.insertInto("registry_label").values(labels).execute();
    const metrics = rows.map(({ model, version }) => ({
      metric: "auc",
      value: 0.5 + random.next() / 2,
      model,
      version,
    }));
    await sql.insertInto("registry_metric").values(metrics).execute();
    await options.ledger.lineage.record(tx, edges);
  });
}

function bodyOf(name: string, version: number, atMs: number, training: VersionBody["run"]["training"]): VersionBody {
  return {
    kind: "model-version",
    schema: 1,
    name,
    version,
    artifactDigest: digestOf(`${name} ${version}`),
    artifactFormat: "sluice-linear",
    signature: { inputWidth: 2, outputWidth: 1 },
    vector: ["load.delay", "load.count"],
    run: { id: `run-${name}-${version}`, experiment: name, codeDigest: "code", training },
    service: { name: service.name, hash: service.hash, schemaHash: service.schemaHash },
    evaluationDigest: digestOf(`evaluation ${name} ${version}`),
    author: ["ada", "bob", "eve", "mallory"][atMs % 4] ?? "ada",
    registeredAtMs: atMs,
  };
}
