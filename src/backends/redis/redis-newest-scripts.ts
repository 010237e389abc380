/**
 * A record begins with id, event time and known time, or with a NaN, the two times and then the id. The newest event is that of the latest event time, of
 * those the one known last, then of the highest id. `newestOf` finds it where it was not kept: in what was filled before there was such a value.
 */
const functions = `
local function headOf(record)
  local id, event, known = struct.unpack('<ddd', record)
  if id ~= id then id = struct.unpack('<d', record, 25) end
  return id, event, known
end
local function isNewer(i2, e2, k2, id, event, known)
  return not event or e2 > event or (e2 == event and (k2 > known or (k2 == known and i2 > id)))
end
local function newestOf(times, events)
  local top = redis.call('ZREVRANGEBYSCORE', times, '+inf', '-inf', 'WITHSCORES', 'LIMIT', 0, 1)
  local newest = false
  local id, event, known
  if #top == 0 then return newest end
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', times, top[2], top[2])) do
    local record = redis.call('HGET', events, name)
    local i2, e2, k2 = headOf(record)
    if isNewer(i2, e2, k2, id, event, known) then
      newest, id, event, known = record, i2, e2, k2
    end
  end
  return newest
end
`;

/** KEYS: times, events, newest. ARGV: id, event time as text, record, for each event. */
export const appendEventsText: string = `${functions}
local newest = redis.call('GET', KEYS[3])
local changed = false
if not newest then
  newest = newestOf(KEYS[1], KEYS[2])
  changed = newest
end
local id, event, known
if newest then id, event, known = headOf(newest) end
local added = 0
for i = 1, #ARGV, 3 do
  if redis.call('HSETNX', KEYS[2], ARGV[i], ARGV[i + 2]) == 1 then
    redis.call('ZADD', KEYS[1], ARGV[i + 1], ARGV[i])
    added = added + 1
    local i2, e2, k2 = headOf(ARGV[i + 2])
    if isNewer(i2, e2, k2, id, event, known) then
      id, event, known = i2, e2, k2
      newest = ARGV[i + 2]
      changed = true
    end
  end
end
if changed then redis.call('SET', KEYS[3], newest) end
return added
`;

/** KEYS: times, events, newest of each entity. Keeps the newest events where they were not kept, and answers with all. */
export const newestEventsText: string = `${functions}
local answer = {}
for k = 1, #KEYS, 3 do
  local newest = redis.call('GET', KEYS[k + 2])
  if not newest then
    newest = newestOf(KEYS[k], KEYS[k + 1])
    if newest then redis.call('SET', KEYS[k + 2], newest) end
  end
  answer[#answer + 1] = newest
end
return answer
`;
