import { Buffer } from "node:buffer";

/** What the store needs of an ioredis client: `Redis` and `Cluster` of `ioredis` have this shape. */
export interface IoredisLike {
  readonly isCluster: boolean;
  /** Sends a command; texts of the reply come as bytes. */
  callBuffer(command: string, ...args: (string | Buffer)[]): Promise<unknown>;
}

/** What the store needs of a node-redis client: what `createClient` and `createClientPool` of `redis` make has this shape. */
export interface NodeRedisLike {
  /** Sends a command; `typeMapping` says what kinds of reply are given as. */
  sendCommand(args: (string | Buffer)[], options?: NodeRedisReplies): Promise<unknown>;
}

/** What the store needs of a node-redis cluster client: what `createCluster` of `redis` makes has this shape. */
export interface NodeRedisClusterLike {
  readonly masters: readonly object[];
  /** Sends a command to the node that has its first key. */
  sendCommand(
    firstKey: string | Buffer | undefined,
    isReadonly: boolean | undefined,
    args: (string | Buffer)[],
    options?: NodeRedisReplies,
  ): Promise<unknown>;
}

/** How node-redis is asked for bytes. */
export interface NodeRedisReplies {
  readonly typeMapping?: { readonly 36?: typeof Buffer };
}

/** A client of either package, for one server or for a cluster. */
export type RedisClient = IoredisLike | NodeRedisLike | NodeRedisClusterLike;

/** A client of any shape as the store uses it. */
export interface RedisConnection {
  /** Whether keys lie on several servers: then one command takes the keys of one slot only. */
  readonly cluster: boolean;
  /** Whether commands come to the server in the order that they are sent in: where one connection is known to take them all. */
  readonly ordered: boolean;
  /** Sends a command to the server that has `key`; texts of the reply come as bytes. */
  send(key: string | Buffer, command: RedisCommand): Promise<unknown>;
}

/** A command with its arguments. */
export interface RedisCommand {
  readonly name: "MGET" | "GET" | "HMGET" | "EVAL" | "EVALSHA";
  readonly args: readonly (string | Buffer)[];
}

/** 36 is `$`, the mark of a text in Redis' protocol (`RESP_TYPES.BLOB_STRING` of node-redis). */
const asBytes: NodeRedisReplies = { typeMapping: { 36: Buffer } };

/** Tells which client it is by its shape. */
export function redisConnection(client: RedisClient): RedisConnection {
  if ("callBuffer" in client) {
    return {
      cluster: client.isCluster,
      ordered: !client.isCluster,
      send: (_, { name, args }) => client.callBuffer(name, ...args),
    };
  }
  if ("masters" in client) {
    return {
      cluster: true,
      ordered: false,
      send: (key, { name, args }) => client.sendCommand(key, name.endsWith("GET"), [name, ...args], asBytes),
    };
  }
  return {
    cluster: false,
    ordered: "isReady" in client, // a pool, which has many connections, does not have it
    send: (_, { name, args }) => client.sendCommand([name, ...args], asBytes),
  };
}
