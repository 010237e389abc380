// Serves a rollout from a folder and prints the prediction ids of each batch once they are flushed and their outcomes stored.
// Arguments: <folder> <life>.
import { ledgerMigrations } from "../../src/ledger/ledger-migrations.ts";
import { canary } from "../../src/serving/canary.ts";
import { servingMigrations } from "../../src/serving/serving-migrations.ts";
import { Harness } from "../serving/support/harness.ts";

const [folder = "", life = "0"] = process.argv.slice(2);
const harness = new Harness(folder);
harness.clock.advance(Number(life));
await harness.metadata.migrate([ledgerMigrations, servingMigrations]);
await harness.source.add(1, [1, 0], 1);
harness.source.promote(1);
await harness.source.add(2, [1, 0], 0.5, "challenger");
const router = await harness.router();
await router.startRollout(2, canary({ steps: [{ share: 0.5, minRequests: 1e9 }] }));
for (let batch = 0; ; batch++) {
  const asked = Array.from({ length: 20 }, (_, i) => ({ user: `${life}/${batch}/${i}`, x: i }));
  const results = await router.predictMany(asked);
  const ids = results.flatMap((result) => (result.ok ? [result.prediction.predictionId] : []));
  await router.flush();
  await router.outcomes(ids.map((predictionId) => ({ predictionId, timeMs: batch, values: { y: batch } })));
  process.stdout.write(`${ids.join(" ")}\n`);
}
