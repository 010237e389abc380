import { type RedisScript, redisScript } from "../redis-scripts.ts";

/**
 * Writes an entity's features of a view where its facts are newer than what is stored. KEYS: the entity's hash. ARGV: the field of the time,
 * the time, seconds to live or nothing, how many fields follow to be set, those with their values, fields to be removed.
 *
 * Times are compared as they are stored, seconds as groups of 28, 28 and 8 bits: Lua's numbers are doubles.
 */
export const writeIfNewer: RedisScript = redisScript(`
local function timeOf(bytes)
  local time = {0, 0, 0, 0}
  local at = 1
  while at <= #bytes do
    local tag = string.byte(bytes, at)
    local groups = {}
    local byte
    repeat
      at = at + 1
      byte = string.byte(bytes, at)
      groups[#groups + 1] = byte % 128
    until byte < 128
    at = at + 1
    local low, middle, high = 0, 0, 0
    for i = #groups, 1, -1 do
      if i > 8 then high = high * 128 + groups[i]
      elseif i > 4 then middle = middle * 128 + groups[i]
      else low = low * 128 + groups[i] end
    end
    if tag == 8 then
      if high >= 128 then high = high - 256 end
      time[1], time[2], time[3] = high, middle, low
    elseif tag == 16 then
      time[4] = middle * 268435456 + low
    end
  end
  return time
end
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if stored then
  local old, new = timeOf(stored), timeOf(ARGV[2])
  local newer = false
  for i = 1, 4 do
    if new[i] ~= old[i] then
      newer = new[i] > old[i]
      break
    end
  end
  if not newer then return 0 end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
local last = 4 + 2 * tonumber(ARGV[4])
for i = 5, last, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
for i = last + 1, #ARGV do redis.call('HDEL', KEYS[1], ARGV[i]) end
if ARGV[3] ~= '' then redis.call('EXPIRE', KEYS[1], ARGV[3]) end
return 1
`);
