/**
 * Online features in Redis or Redis Cluster, by the host's client of `ioredis` or `redis`.
 *
 * @module sluice/backends/redis
 */

export type {
  IoredisLike,
  NodeRedisClusterLike,
  NodeRedisLike,
  NodeRedisReplies,
  RedisClient,
} from "./redis-client.ts";
export { type RedisOnlineOptions, redisOnline } from "./redis-online-store.ts";
