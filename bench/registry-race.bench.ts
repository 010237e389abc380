import pg from "pg";
import { postgresMetadata } from "../src/backends/postgres/postgres-metadata-store.ts";
import { openRegistry } from "../test/registry/registry-fixture.ts";
import { endFaults, faultsOf, type RaceOrder, raceRegistry, replay } from "../test/support/registry-race.ts";
import { racePolicy } from "../test/support/registry-race-policy.ts";
import { installedPostgres, startPostgres } from "../test/support/start-postgres.ts";
import { withFolder } from "./measure.ts";
import { report } from "./report.ts";

// 8 processes do 1,000 random operations each (register, approve, promote, roll back, archive, read) on one model. What they saw must be one order of
// all decisions: never two champions, and after the first never none. `test/chaos/registry-race.test.ts` is the same, smaller.

const bench = "registry-race";
const size = { processes: 8, operations: Number(process.env["SLUICE_RACE_OPERATIONS"] ?? 1000) };

async function race(place: Pick<RaceOrder, "folder" | "postgres">, engine: string): Promise<void> {
  const pool = place.postgres && new pg.Pool({ connectionString: place.postgres.url });
  const metadata = pool && place.postgres && postgresMetadata({ pool, schema: place.postgres.schema });
  const fixture = await openRegistry({
    folder: place.folder,
    keep: true,
    policy: racePolicy,
    ...(metadata !== undefined && { metadata }),
  });
  const { answers, ms } = await raceRegistry(place, size);
  const model = replay(await fixture.ledger.audit.read());
  const versions = await fixture.registry.versions("delay");
  const { champion } = await fixture.registry.aliases("delay");
  const faults = [...faultsOf(answers, model), ...endFaults(versions, champion, model)];
  if (!(await fixture.ledger.audit.verify()).valid) faults.push("the audit chain is broken");
  for (const fault of faults.slice(0, 10)) console.error(fault);
  report({ bench, case: `${engine}: what is not as in one order`, value: faults.length, unit: "faults", atMost: 0 });
  report({ bench, case: `${engine}: champions`, value: model.reigns.length - 1, unit: "reigns" });
  report({ bench, case: `${engine}: operations`, value: (answers.length * 1000) / ms, unit: "operations/s" });
  await fixture.close();
  await pool?.end();
}

await withFolder((folder) => race({ folder }, "SQLite"));
const programs = installedPostgres();
if (programs !== null)
  await withFolder(async (folder) => {
    const server = await startPostgres(programs);
    try {
      await race({ folder, postgres: { url: server.url, schema: "registry_race" } }, "Postgres");
    } finally {
      await server.stop();
    }
  });
