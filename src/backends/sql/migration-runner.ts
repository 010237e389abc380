import type { Kysely } from "kysely";
import type {
  MetadataStore,
  MetadataTransaction,
  NoTables,
  PortableColumnTypes,
  StageMigrations,
} from "../../contracts/metadata-store.ts";
import type { Clock } from "../../core/clock.ts";
import { SluiceError } from "../../core/errors.ts";

/** What the runner needs to know of an engine. */
export interface MigrationEngine {
  /** The engine's column types. */
  readonly types: PortableColumnTypes;
  readonly clock: Clock;
  /** Whether the store has the table. */
  hasTable(sql: Kysely<NoTables>, table: string): Promise<boolean>;
  /** Runs before anything is created, inside the transaction (a schema, for one). */
  prepare(tx: MetadataTransaction): Promise<void>;
}

type MigrationTables = {
  sluice_migrations: { stage: string; version: number; latest: string; applied_ms: number };
};

const tableName = "sluice_migrations";

/**
 * Applies what is missing of every stage's migrations in one write transaction, with one version row a stage.
 * When nothing is missing it only reads, so a role without DDL rights can call it.
 *
 * Throws `metadata/newer-schema` when a stage's stored version is beyond what this code knows.
 */
export async function runMigrations(
  store: MetadataStore,
  stages: readonly StageMigrations[],
  engine: MigrationEngine,
): Promise<void> {
  const found = await storedVersions(store.sql, engine);
  if (found !== null && stages.every((stage) => missingFrom(stage, found) === stage.migrations.length)) return;
  await store.write(async (tx) => {
    await tx.lock("migrations");
    await engine.prepare(tx);
    const stored = await storedVersions(tx.sql, engine);
    if (stored === null) await createVersionTable(tx, engine.types);
    for (const stage of stages) await applyStage(tx, stage, stored ?? new Map(), engine);
  });
}

/** The stages' stored versions; null where the store is new. */
async function storedVersions(
  sql: Kysely<NoTables>,
  engine: MigrationEngine,
): Promise<ReadonlyMap<string, StoredVersion> | null> {
  if (!(await engine.hasTable(sql, tableName))) return null;
  const rows = await sql
    .withTables<MigrationTables>()
    .selectFrom(tableName)
    .select(["stage", "version", "latest"])
    .execute();
  return new Map(rows.map((row) => [row.stage, row]));
}

interface StoredVersion {
  readonly version: number;
  readonly latest: string;
}

async function createVersionTable(tx: MetadataTransaction, types: PortableColumnTypes): Promise<void> {
  await tx.sql.schema
    .createTable(tableName)
    .addColumn("stage", types.text, (column) => column.primaryKey())
    .addColumn("version", types.integer, (column) => column.notNull())
    .addColumn("latest", types.text, (column) => column.notNull())
    .addColumn("applied_ms", types.double, (column) => column.notNull())
    .execute();
}

async function applyStage(
  tx: MetadataTransaction,
  stage: StageMigrations,
  stored: ReadonlyMap<string, StoredVersion>,
  engine: MigrationEngine,
): Promise<void> {
  const missing = stage.migrations.slice(missingFrom(stage, stored));
  for (const migration of missing) await migration.up(tx.sql, engine.types);
  const latest = missing.at(-1)?.name;
  if (latest === undefined) return;
  const row = { stage: stage.stage, version: stage.migrations.length, latest, applied_ms: engine.clock.nowMs() };
  await tx.sql
    .withTables<MigrationTables>()
    .insertInto(tableName)
    .values(row)
    .onConflict((conflict) => conflict.column("stage").doUpdateSet(row))
    .execute();
}

/** How many of a stage's migrations the store has. */
function missingFrom(stage: StageMigrations, stored: ReadonlyMap<string, StoredVersion>): number {
  const row = stored.get(stage.stage);
  if (row === undefined) return 0;
  const known = stage.migrations[row.version - 1];
  if (known?.name === row.latest) return row.version;
  throw new SluiceError("metadata/newer-schema", {
    found: `the schema of stage "${stage.stage}" at version ${row.version} ("${row.latest}")`,
    expected: `one of the ${stage.migrations.length} versions that this release knows`,
    fix: "Open the workspace with the release that wrote it, or a newer one.",
  });
}
