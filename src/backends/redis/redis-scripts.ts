import { createHash } from "node:crypto";
import { appendEventsText, newestEventsText } from "./redis-newest-scripts.ts";

/** A Lua script, which Redis runs whole or not at all, and its SHA-1, by which Redis knows it. */
export interface RedisScript {
  readonly lua: string;
  readonly sha: string;
}

/** A script by its text. */
export function redisScript(lua: string): RedisScript {
  return { lua, sha: createHash("sha1").update(lua).digest("hex") };
}

/** The packed doubles of a row begin at its second byte; comparing them as doubles is exact. */
const writeRows = redisScript(`
for i, key in ipairs(KEYS) do
  local row = ARGV[i]
  local old = redis.call('GETRANGE', key, 0, 16)
  local newer = #old < 17
  if not newer then
    local oldEvent, oldKnown = struct.unpack('<dd', old, 2)
    local event, known = struct.unpack('<dd', row, 2)
    newer = event > oldEvent or (event == oldEvent and known > oldKnown)
  end
  if newer then redis.call('SET', key, row) end
end
return #KEYS
`);

/** KEYS: extent, entities. ARGV: oldest and newest event time as bytes, then entity keys. A view that holds nothing yet gets the format in which every entity has its newest event. */
const announce = redisScript(`
local function widen(field, value, sign)
  local old = redis.call('HGET', KEYS[1], field)
  if not old or sign * struct.unpack('<d', value) > sign * struct.unpack('<d', old) then
    redis.call('HSET', KEYS[1], field, value)
  end
end
if not redis.call('HGET', KEYS[1], 'newest') and redis.call('EXISTS', KEYS[2]) == 0 then
  redis.call('HSET', KEYS[1], 'format', '2')
end
widen('oldest', ARGV[1], -1)
widen('newest', ARGV[2], 1)
for i = 3, #ARGV do redis.call('SADD', KEYS[2], ARGV[i]) end
return #ARGV - 2
`);

/** KEYS: times and events of each entity, then the extent where ARGV[2] is 1. ARGV[1]: the earliest event time. */
const readEvents = redisScript(`
local answer = {}
local last = #KEYS - tonumber(ARGV[2])
for k = 1, last, 2 do
  local ids = redis.call('ZRANGEBYSCORE', KEYS[k], ARGV[1], '+inf')
  local parts = {}
  for from = 1, #ids, 1000 do
    local some = redis.call('HMGET', KEYS[k + 1], unpack(ids, from, math.min(from + 999, #ids)))
    parts[#parts + 1] = table.concat(some)
  end
  answer[k] = #ids
  answer[k + 1] = table.concat(parts)
end
if last < #KEYS then answer[#KEYS] = redis.call('HGET', KEYS[#KEYS], 'from') or '' end
return answer
`);

const readExtent = redisScript(`return redis.call('HMGET', KEYS[1], 'from', 'oldest', 'newest')`);

/** KEYS: extent. ARGV: the watermark and the newest event time that there may be, as bytes. Answers with 0 where there is a newer one. */
const raiseWatermark = redisScript(`
local newest = redis.call('HGET', KEYS[1], 'newest')
if newest and struct.unpack('<d', newest) > struct.unpack('<d', ARGV[2]) then return 0 end
local old = redis.call('HGET', KEYS[1], 'from')
if not old or struct.unpack('<d', ARGV[1]) > struct.unpack('<d', old) then
  redis.call('HSET', KEYS[1], 'from', ARGV[1])
end
return 1
`);

/**
 * KEYS: times, events, newest. ARGV: the instant as text and as bytes, 1 to spare the newest known event, the most to forget. Answers with
 * how many were forgotten, whether none is left, and the ids.
 */
const trimEvents = redisScript(`
local cut = '(' .. ARGV[1]
if ARGV[3] == '1' then
  local before = struct.unpack('<d', ARGV[2])
  local latest = false
  local from = 0
  repeat
    local ids = redis.call('ZREVRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '-inf', 'LIMIT', from, 100)
    for _, id in ipairs(ids) do
      if not latest and struct.unpack('<d', redis.call('HGET', KEYS[2], id), 17) <= before then latest = id end
    end
    from = from + 100
  until latest or #ids < 100
  if not latest then return {0, 0, {}} end
  cut = '(' .. redis.call('ZSCORE', KEYS[1], latest)
end
local gone = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', cut, 'LIMIT', 0, tonumber(ARGV[4]))
if #gone > 0 then
  redis.call('HDEL', KEYS[2], unpack(gone))
  redis.call('ZREM', KEYS[1], unpack(gone))
end
if redis.call('EXISTS', KEYS[1]) == 1 then return {#gone, 0, gone} end
redis.call('DEL', KEYS[3])
return {#gone, 1, gone}
`);

/** KEYS: ids. ARGV: id, entity, for each claim. Answers with whose each one is, or with nothing where it is the claimant's. */
const claimIds = redisScript(`
local answer = {}
for i = 1, #ARGV, 2 do
  local owner = false
  if redis.call('HSETNX', KEYS[1], ARGV[i], ARGV[i + 1]) == 0 then
    owner = redis.call('HGET', KEYS[1], ARGV[i])
    if owner == ARGV[i + 1] then owner = false end
  end
  answer[#answer + 1] = owner
end
return answer
`);

/** KEYS: ids. ARGV: id, the entity that has claimed it, the one that takes it. */
const takeId = redisScript(`
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`);

/** KEYS: ids. ARGV: entity, then ids that are its. */
const releaseIds = redisScript(`
for i = 2, #ARGV do
  if redis.call('HGET', KEYS[1], ARGV[i]) == ARGV[1] then redis.call('HDEL', KEYS[1], ARGV[i]) end
end
return #ARGV - 1
`);

/** KEYS: events. ARGV: id. */
const holdsEvent = redisScript(`return redis.call('HGET', KEYS[1], ARGV[1]) and 1 or 0`);

/** KEYS: entities. ARGV: `SADD` or `SREM`, then entity keys. */
const markEntities = redisScript(`return redis.call(ARGV[1], KEYS[1], unpack(ARGV, 2))`);

/** KEYS: entities. ARGV: a cursor. */
const scanEntities = redisScript(`return redis.call('SSCAN', KEYS[1], ARGV[1], 'COUNT', 200)`);

const unlink = redisScript(`return redis.call('UNLINK', unpack(KEYS))`);

const appendEvents = redisScript(appendEventsText);

const newestEvents = redisScript(newestEventsText);

const exists = redisScript(`return redis.call('EXISTS', KEYS[1])`);

/** All that the store does, but for reading rows. A script's keys lie in one slot. */
export const redisScripts: {
  readonly [name in
    | "writeRows"
    | "appendEvents"
    | "newestEvents"
    | "claimIds"
    | "takeId"
    | "releaseIds"
    | "holdsEvent"
    | "announce"
    | "readEvents"
    | "readExtent"
    | "raiseWatermark"
    | "trimEvents"
    | "markEntities"
    | "scanEntities"
    | "unlink"
    | "exists"]: RedisScript;
} = {
  writeRows,
  appendEvents,
  newestEvents,
  claimIds,
  takeId,
  releaseIds,
  holdsEvent,
  announce,
  readEvents,
  readExtent,
  raiseWatermark,
  trimEvents,
  markEntities,
  scanEntities,
  unlink,
  exists,
};
