import { join } from "node:path";
import { Cluster, Redis } from "ioredis";
import pg from "pg";
import { postgresMetadata } from "../../src/backends/postgres/postgres-metadata-store.ts";
import { postgresOnline } from "../../src/backends/postgres/postgres-online-store.ts";
import type { PostgresClient, PostgresPool } from "../../src/backends/postgres/postgres-pool.ts";
import type { IoredisLike } from "../../src/backends/redis/redis-client.ts";
import { redisOnline } from "../../src/backends/redis/redis-online-store.ts";
import { sqliteMetadata } from "../../src/backends/sqlite/sqlite-metadata-store.ts";
import { sqliteOnline } from "../../src/backends/sqlite/sqlite-online-store.ts";
import type { MetadataStore } from "../../src/contracts/metadata-store.ts";
import type { OnlineStore } from "../../src/contracts/online-store.ts";
import { dataMigrations } from "../../src/data/data-migrations.ts";
import { featuresMigrations } from "../../src/features/index.ts";
import { ledgerMigrations } from "../../src/ledger/ledger-migrations.ts";
import { onlinePoints, withMetadataPoints } from "./fatal-point.ts";

/** Where several processes keep one feature store: blobs in a folder; metadata and online there too, or on servers. */
export interface FeaturePlace {
  readonly folder: string;
  readonly servers?: FeatureServers;
}

/** Servers, and the name of a place of its own on them. */
export interface FeatureServers {
  readonly name: string;
  /** The URL of the server that has the metadata. */
  readonly postgres: string;
  /** The port of the server that has the online store, or those of a cluster's nodes; Postgres has it where there is none. */
  readonly redis?: number | readonly number[];
  /** How long the stores wait for an answer, milliseconds. */
  readonly timeoutMs?: number;
}

/** The stores of a place. */
export interface FeatureStores {
  readonly metadata: MetadataStore;
  readonly online: OnlineStore;
  close(): Promise<void>;
}

/** Told at each point; on servers also whether the process has a transaction open. */
export type Point = (inTransaction: boolean) => void;

/**
 * Opens the stores of a place. `point` is called before each statement and command to a server, so also within transactions and batches; of
 * files before and after each call that writes, and before each commit.
 */
export async function openStores(place: FeaturePlace, point?: Point): Promise<FeatureStores> {
  const stores = place.servers === undefined ? onFiles(place.folder, point) : onServers(place.servers, point);
  await stores.metadata.migrate([ledgerMigrations, dataMigrations, featuresMigrations]);
  return stores;
}

function onFiles(folder: string, point: Point | undefined): FeatureStores {
  const file = sqliteMetadata({ path: join(folder, "metadata.sqlite") });
  const metadata = point === undefined ? file : withMetadataPoints(file, () => point(true));
  const onlineFile = sqliteOnline({ path: join(folder, "online.sqlite") });
  const online = point === undefined ? onlineFile : onlinePoints(onlineFile, () => point(false));
  const close = async (): Promise<void> => {
    await online.close();
    await metadata.close();
  };
  return { metadata, online, close };
}

function onServers(
  { name, postgres, redis, timeoutMs }: FeatureServers,
  point: Point = () => undefined,
): FeatureStores {
  const pool = new pg.Pool({ connectionString: postgres, max: 4 });
  pool.on("error", () => undefined);
  const transactions: Transactions = { open: 0 };
  const waiting = timeoutMs === undefined ? {} : { timeoutMs };
  const pointed: PostgresPool = {
    connect: async () => pointedClient(await pool.connect(), point, transactions),
    on: (event, listener) => pool.on(event, listener),
  };
  const metadata = postgresMetadata({ pool: pointed, schema: `${name}_metadata`, ...waiting });
  const client = redis === undefined ? undefined : redisClient(redis);
  client?.on("error", () => undefined);
  const online =
    client === undefined
      ? postgresOnline({ pool: pointed, schema: `${name}_online`, ...waiting })
      : redisOnline({ client: pointedRedis(client, point, transactions), prefix: `${name}:`, ...waiting });
  const close = async (): Promise<void> => {
    await online.close();
    await metadata.close();
    await pool.end();
    client?.disconnect();
  };
  return { metadata, online, close };
}

/** How many transactions this process has open. */
interface Transactions {
  open: number;
}

function pointedClient(client: pg.PoolClient, point: Point, transactions: Transactions): PostgresClient {
  let inTransaction = false;
  const end = (): void => {
    if (inTransaction) transactions.open--;
    inTransaction = false;
  };
  return {
    query: async (text, values) => {
      point(transactions.open > 0);
      if (text.startsWith("begin") && !inTransaction) {
        inTransaction = true;
        transactions.open++;
      }
      const result = await client.query(text, values);
      if (/^(commit|rollback)/.test(text)) end();
      return result;
    },
    release: (destroy) => {
      end();
      client.release(destroy);
    },
    on: (event, listener) => client.on(event, listener),
    off: (event, listener) => client.off(event, listener),
  };
}

function redisClient(redis: number | readonly number[]): Redis | Cluster {
  if (typeof redis === "number") return new Redis(redis, "127.0.0.1");
  return new Cluster(redis.map((port) => ({ host: "127.0.0.1", port })));
}

function pointedRedis(client: Redis | Cluster, point: Point, transactions: Transactions): IoredisLike {
  return {
    isCluster: client.isCluster,
    callBuffer: async (command, ...args) => {
      point(transactions.open > 0);
      return await client.callBuffer(command, ...args);
    },
  };
}
