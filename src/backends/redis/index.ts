/**
 * Online features in Redis or Redis Cluster, in this library's layout or in Feast's, by the host's client of `ioredis` or `redis`.
 *
 * @module sluice/backends/redis
 */

export { feastRedis, type FeastRedis, type FeastRedisOptions } from "./feast/feast-redis.ts";
export type {
  FeastColumn,
  FeastKey,
  FeastKeyType,
  FeastRead,
  FeastRow,
  FeastType,
  FeastTypes,
  FeastValues,
  FeastView,
} from "./feast/feast-types.ts";
export type {
  IoredisLike,
  NodeRedisClusterLike,
  NodeRedisLike,
  NodeRedisReplies,
  RedisClient,
} from "./redis-client.ts";
export { type RedisOnlineOptions, redisOnline } from "./redis-online-store.ts";
