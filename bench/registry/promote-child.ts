// Registers versions of some models, waits for a line, and promotes them all, one model beside the other.
// argv: JSON of { folder, postgres?, name, lanes, versions, evidenceMs }
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import pg from "pg";
import { postgresMetadata } from "../../src/backends/postgres/postgres-metadata-store.ts";
import { model } from "../../src/registry/model.ts";
import {
  delayModel,
  openRegistry,
  service,
  trackedRun,
  trained,
  trainingSet,
} from "../../test/registry/registry-fixture.ts";
import { sixGates } from "./six-gates.ts";

const { folder, postgres, name, lanes, versions, evidenceMs } = JSON.parse(process.argv[2] ?? "{}");
const pool = postgres === undefined ? undefined : new pg.Pool({ connectionString: postgres.url, max: 4 });
const fixture = await openRegistry({
  folder,
  keep: true,
  policy: sixGates,
  ...(pool !== undefined && { metadata: postgresMetadata({ pool, schema: postgres.schema }) }),
});
const { registry, evaluator, options } = fixture;
const heldOut = trainingSet("held out", 200);
const asked: { readonly name: string; readonly version: number }[][] = [];
for (let lane = 0; lane < lanes; lane++) {
  const { request, output } = delayModel;
  const definition = model(`${name}-${lane}`, {
    request,
    output,
    features: service,
    featureInput: () => ({ origin: "ATL" }),
  });
  const made = [];
  for (let i = 0; i < versions; i++) {
    const artifact = trained(0.9, i / 1000);
    const evaluation = await evaluator.evaluate(definition, artifact, heldOut, { label: "late", metrics: ["auc"] });
    const run = await trackedRun(options, `run-${name}-${lane}-${i}`, artifact);
    made.push(await registry.register(definition, { run, artifact, evaluation, author: "ada" }));
  }
  asked.push(made);
}
const validation = options.datasets.validation.bind(options.datasets);
options.datasets.validation = async (digest) => {
  await setTimeout(evidenceMs);
  return await validation(digest);
};
process.stdout.write("ready\n");
await once(process.stdin, "data");
await Promise.all(
  asked.map(async (made) => {
    for (const version of made) {
      const result = await registry.promote(version, "staging", { actor: "ada", reason: "bench" });
      if (result.outcome !== "promoted") throw new Error(result.reasons.join("; "));
    }
  }),
);
process.stdout.write("done\n");
await fixture.close();
await pool?.end();
process.exit(0);
