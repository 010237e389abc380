import type { NearestVectors, VectorCapabilities, VectorStore } from "../../contracts/vector-store.ts";
import { SluiceError } from "../../core/errors.ts";
import type { VectorMetric } from "../../table/nearest/nearness.ts";
import { requireBatch, requireDimension, requireQuery } from "../vectors/check-vectors.ts";
import { textBytes } from "./online-bytes.ts";
import type { PostgresPool } from "./postgres-pool.ts";
import { searchVectors } from "./vector-search.ts";
import { VectorSession } from "./vector-session.ts";
import { dropTables, findTable, makeTable, upsertVectors, type VectorGraphs } from "./vector-tables.ts";

/** What {@link postgresVectors} takes. */
export interface PostgresVectorOptions {
  /** The host's own pool (`pg.Pool` fits). The store borrows connections and never ends it. */
  readonly pool: PostgresPool;
  /** The schema for the tables; the first use makes it. @default the connection's search path */
  readonly schema?: string;
  /** How long each statement of a call may go unanswered, milliseconds above 0; where it writes, at least 30 s: graphs take their time. @default 5000 */
  readonly timeoutMs?: number;
  /**
   * By which metrics there is a graph (`hnsw`); each costs room and time when vectors are put. By the others, and beyond 2000 numbers, every
   * vector is looked at. A feature keeps the graphs with which its first vectors came. @default ["cosine"]
   */
  readonly approximate?: readonly VectorMetric[];
  /** How many neighbours a node has, 2 to 100. @default 16 */
  readonly connectivity?: number;
  /** How many candidates are kept while a node finds its neighbours, twice the connectivity to 1000. @default 64 */
  readonly expansionAdd?: number;
  /** How many candidates are kept during a search, by `dot` four times as many, 1 to 1000. @default 128 */
  readonly expansionSearch?: number;
}

const metrics: readonly VectorMetric[] = ["cosine", "dot", "euclidean"];

/**
 * A vector store in Postgres with pgvector (0.5 or newer), on a pool of the host: durable, and shared by all processes. A call that puts is one transaction.
 * Each vector feature has a table of its own, so that the role must be one that may create tables; the extension is created at the first use
 * where it is not, which takes a role that may.
 *
 * Errors: `argument/invalid` here; from every method `optional-dependency/missing` where the server has no pgvector, `store/unavailable` where it cannot
 * be reached or does not answer in time, `io/failed`, `io/disk-full`, `workspace/closed`.
 *
 * @example
 * ```ts no-run
 * import pg from "pg";
 * import { postgresVectors } from "sluice/backends/postgres";
 *
 * const pool = new pg.Pool({ connectionString: "postgres://localhost/features" });
 * const store = postgresVectors({ pool, schema: "vectors" });
 * const space = { view: "sha256:…", feature: "embedding", dimension: 2 };
 * const times = Float64Array.of(1, 1);
 * await store.put(space, { keys: ["cat", "car"], vectors: Float32Array.of(1, 0, 0, 1), eventTimeMs: times, knownTimeMs: times });
 * const [nearest] = await store.search(space, { vectors: Float32Array.of(0.1, 0.9), k: 1, metric: "cosine" });
 * if (nearest?.keys[0] !== "car") throw new Error("the car is nearest");
 * await pool.end();
 * ```
 */
export function postgresVectors(options: PostgresVectorOptions): VectorStore {
  const graphs = graphsOf(options);
  const capabilities: VectorCapabilities = { metrics, approximate: graphs.metrics, durable: true };
  const session = new VectorSession(options);
  return {
    capabilities,
    put: async (space, batch, call = {}) => {
      requireBatch(space, batch);
      await session.write(call.signal, async (run, names) => {
        const isNew = batch.keys.length > 0 && (await findTable(run, names, space)) === undefined;
        const made = isNew && (await makeTable(run, names, space));
        const table = await findTable(run, names, space);
        if (table === undefined) return;
        requireDimension(space, table.dimension);
        await upsertVectors(run, names, table, batch, made ? graphs : undefined);
      });
    },
    remove: async (space, keys) => {
      await session.write(undefined, async (run, names) => {
        const table = await findTable(run, names, space);
        if (table === undefined) return;
        requireDimension(space, table.dimension);
        await run(`delete from ${table.name} where key = any($1::bytea[])`, [keys.map((key) => textBytes(key))]);
      });
    },
    search: async (space, query, call = {}) => {
      const queries = requireQuery(space, query, capabilities);
      if (queries === 0) return [];
      return await session.readInOne(call.signal, async (run, names) => {
        const table = await findTable(run, names, space);
        if (table !== undefined) requireDimension(space, table.dimension);
        if (table === undefined) return Array.from({ length: queries }, noneFound);
        return await searchVectors(run, names, table, query, graphs.expansionSearch);
      });
    },
    size: async (space) =>
      await session.read(undefined, async (run, names) => {
        const table = await findTable(run, names, space);
        if (table === undefined) return 0;
        requireDimension(space, table.dimension);
        const { rows } = await run(`select count(vector)::float8 as size from ${table.name}`);
        return Number(rows[0] === undefined ? 0 : Reflect.get(rows[0], "size"));
      }),
    drop: async (view) => await session.write(undefined, async (run, names) => await dropTables(run, names, view)),
    close: async () => await session.close(),
  };
}

function noneFound(): NearestVectors {
  return { keys: [], scores: new Float64Array(0), eventTimeMs: new Float64Array(0) };
}

function graphsOf(options: PostgresVectorOptions): VectorGraphs {
  const { approximate = ["cosine"], connectivity = 16, expansionAdd = 64, expansionSearch = 128 } = options;
  if (!approximate.every((metric) => metrics.includes(metric)))
    throw invalid(`approximate: ${approximate.join(", ")}`, '"cosine", "dot" or "euclidean"');
  requireWithin("connectivity", connectivity, 2, 100);
  requireWithin("expansionAdd", expansionAdd, 2 * connectivity, 1000);
  requireWithin("expansionSearch", expansionSearch, 1, 1000);
  return { metrics: [...new Set(approximate)], connectivity, expansionAdd, expansionSearch };
}

function requireWithin(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw invalid(`${name}: ${value}`, `a whole number from ${least} to ${most}`);
}

function invalid(found: string, expected: string): SluiceError {
  return new SluiceError("argument/invalid", { found, expected, fix: "Leave the option out for the default." });
}
