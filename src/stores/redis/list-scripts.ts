// The indexes of jobs are sorted sets of ids by time: of all jobs, by state, by workflow, and by both. Scripts find their keys
// by the prefix of the store, since they depend on what a job's record holds.

/** ARGV: prefix, … Takes the keys of all indexes that hold a job, besides `ended`. */
export const INDEXES = `
local prefix = ARGV[1]
local function indexesOf(state, workflow)
  local byState = state == 'running' and ':jobs:running' or ':jobs:state:' .. state
  local byWorkflow = ':jobs:workflow:' .. workflow
  return { prefix .. ':jobs:index', prefix .. byState, prefix .. byWorkflow, prefix .. byWorkflow .. ':' .. state }
end
local function addTo(indexes, createdAt, id)
  for _, index in ipairs(indexes) do
    redis.call('ZADD', index, createdAt, id)
  end
end
local function removeFrom(indexes, id)
  for _, index in ipairs(indexes) do
    redis.call('ZREM', index, id)
  end
end`;

/**
 * KEYS: index. ARGV: prefix, count, longest name, number of fields, fields, and the place after which to start, if any: createdAt, id.
 * Returns entries: id, createdAt, and an error or the values.
 */
export const LIST = `
local prefix, count, longest, fields = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), {}
for place = 1, tonumber(ARGV[4]) do
  fields[place] = ARGV[4 + place]
end
local createdAt, last = ARGV[#fields + 5], ARGV[#fields + 6]
-- Strings compare by locale in Lua, but by bytes in sorted sets.
local function isBefore(a, b)
  for place = 1, math.min(#a, #b) do
    local one, other = a:byte(place), b:byte(place)
    if one ~= other then
      return one < other
    end
  end
  return #a < #b
end
local from = 0
if createdAt then
  from = redis.call('ZCOUNT', KEYS[1], '(' .. createdAt, '+inf')
  local till = from + redis.call('ZCOUNT', KEYS[1], createdAt, createdAt)
  while from < till do
    local middle = math.floor((from + till) / 2)
    if isBefore(redis.call('ZREVRANGE', KEYS[1], middle, middle)[1], last) then
      till = middle
    else
      from = middle + 1
    end
  end
end
local found, entries = redis.call('ZREVRANGE', KEYS[1], from, from + count - 1, 'WITHSCORES'), {}
for place = 1, #found, 2 do
  local values = redis.pcall('HMGET', prefix .. ':job:' .. found[place], unpack(fields))
  for field, value in ipairs(values) do
    if value and #value > longest then
      values = { err = fields[field] .. ' has ' .. #value .. ' bytes, more than ' .. longest }
      break
    end
  end
  entries[#entries + 1] = { found[place], found[place + 1], values.err or values }
end
return entries`;

/**
 * ARGV: prefix, ids. Adds jobs that version 0.1.0 saved to the indexes that it didn't have.
 */
export const INDEX = `${INDEXES}
for place = 2, #ARGV do
  local job = redis.pcall('HMGET', prefix .. ':job:' .. ARGV[place], 'state', 'workflow', 'createdAt')
  if job[1] and job[2] and tonumber(job[3]) then
    addTo(indexesOf(job[1], job[2]), job[3], ARGV[place])
  end
end
return 'OK'`;

/**
 * KEYS: ended. ARGV: prefix, how many ended jobs to skip, how many to look at, the end of those to delete or '', their state or '',
 * their workflow or '', and the id if only one job is meant. Returns how many jobs were deleted and kept, and 1 if none is left.
 */
export const DELETE = `${INDEXES}
local skip, count, before, state, workflow, only = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5], ARGV[6], ARGV[7]
local hasEnded = { completed = true, failed = true, cancelled = true, timedOut = true, stuck = state == 'stuck' }
local ids, deleted, kept = only and { only } or redis.call('ZRANGE', KEYS[1], skip, skip + count - 1), 0, 0
for _, id in ipairs(ids) do
  local key = prefix .. ':job:' .. id
  local job = redis.pcall('HMGET', key, 'state', 'workflow', 'endedAt')
  local endedAt = redis.call('ZSCORE', KEYS[1], id) or (not job.err and job[3])
  if before and (tonumber(endedAt) or 0) >= before then
    return { deleted, kept, 1 }
  end
  local isMissing = not job.err and not job[1] and not job[2]
  local isMeant = hasEnded[job[1]] and (state == '' or job[1] == state) and (workflow == '' or job[2] == workflow)
  if isMeant or isMissing then
    deleted = deleted + redis.call('UNLINK', key)
    redis.call('UNLINK', prefix .. ':attempts:' .. id)
    redis.call('ZREM', KEYS[1], id)
    redis.call('SREM', prefix .. ':jobs:suspects', id)
    removeFrom(indexesOf(job[1] or '', job[2] or ''), id)
  else
    kept = kept + 1
  end
end
return { deleted, kept, (only or #ids < count) and 1 or 0 }`;
