import { MAX_JOB, MAX_VALUE } from '../../journal/size-limits.ts';
import { INDEXES } from './list-scripts.ts';

// Each step of the store is one atomic script. A script whose reply was lost can run again with the same result, which ioredis
// does after a reconnect.

/** KEYS: job, counter. ARGV: prefix, id, owner, createdAt, workflow, fields and values. */
export const CREATE = `${INDEXES}
local job, id, owner, createdAt = KEYS[1], ARGV[2], ARGV[3], ARGV[4]
if redis.call('EXISTS', job) == 1 then
  return redis.pcall('HGET', job, 'createdBy') == owner and 'OK' or 'JOB_EXISTS'
end
addTo(indexesOf('running', ARGV[5]), createdAt, id)
redis.call('HSET', job, unpack(ARGV, 6))
redis.call('HSET', job, 'createdBy', owner, 'place', redis.call('INCR', KEYS[2]))
return 'OK'`;

/** Returns 'TOO_LONG' and a size if a job is too large to be loaded. */
const CHECK_SIZE = `
local function sizeOf(flat, longest)
  local size = 0
  for _, value in ipairs(flat) do
    size = size + #value
    if #value > longest then
      return math.huge
    end
  end
  return size
end
local attempts = redis.call('HGETALL', KEYS[2])
if sizeOf(redis.call('HGETALL', KEYS[1]), LONGEST) + sizeOf(attempts, LONGEST) > LARGEST then
  return { 'TOO_LONG' }
end`
  .replaceAll('LONGEST', String(MAX_VALUE + 1024))
  .replaceAll('LARGEST', String(MAX_JOB));

/** KEYS: job, attempts, suspects, ended. ARGV: prefix, owner, now, until, id, and 1 if a stuck job runs again. */
export const ACQUIRE = `${INDEXES}
local was = redis.call('HMGET', KEYS[1], 'state', 'owner', 'heldUntil', 'workflow', 'createdAt', 'deaths')
if not was[1] then
  return { 'JOB_NOT_FOUND' }
end
local isForeign = was[2] and was[2] ~= ARGV[2]
if was[1] == 'running' and isForeign and (tonumber(was[3]) or 0) > tonumber(ARGV[3]) then
  return { 'JOB_HELD', was[2], was[3] }
end
${CHECK_SIZE}
if was[1] == 'stuck' and ARGV[6] == '1' then
  removeFrom(indexesOf('stuck', was[4]), ARGV[5])
  addTo(indexesOf('running', was[4]), was[5], ARGV[5])
  redis.call('ZREM', KEYS[4], ARGV[5])
  redis.call('SREM', KEYS[3], ARGV[5])
  redis.call('HDEL', KEYS[1], 'endedAt', 'endedBy', 'deaths')
  redis.call('HSET', KEYS[1], 'state', 'running')
  was[1] = 'running'
end
if was[1] == 'running' then
  redis.call('HSET', KEYS[1], 'owner', ARGV[2], 'heldUntil', ARGV[4])
  if isForeign then
    redis.call('HSET', KEYS[1], 'deaths', (was[6] and was[6]:sub(1, -2) .. ',' or '[') .. was[2] .. ']')
    redis.call('SADD', KEYS[3], ARGV[5])
  end
end
return { 'OK', redis.call('HGETALL', KEYS[1]), attempts }`;

/** KEYS: job, attempts. */
export const READ = `${CHECK_SIZE}
return { 'OK', redis.call('HGETALL', KEYS[1]), attempts }`;

const OWNED = `
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then
  return 'LEASE_LOST'
end`;

/** KEYS: job. ARGV: owner, until. */
export const RENEW = `${OWNED}
redis.call('HSET', KEYS[1], 'heldUntil', ARGV[2])
return 'OK'`;

/** KEYS: job. ARGV: owner. */
export const RELEASE = `
if redis.call('HGET', KEYS[1], 'owner') == ARGV[1] then
  redis.call('HDEL', KEYS[1], 'owner', 'heldUntil')
end
return 'OK'`;

/** KEYS: job, attempts. ARGV: owner, attempt, at. */
export const APPEND_START = `${OWNED}
if redis.call('HEXISTS', KEYS[2], 'o' .. ARGV[2]) == 0 then
  redis.call('HSET', KEYS[2], 's' .. ARGV[2], redis.call('HINCRBY', KEYS[1], 'starts', 1) .. ' ' .. ARGV[3])
end
return 'OK'`;

const CLEAR_DEATHS = `
local function clearDeaths(suspects, id)
  if id then
    redis.call('HDEL', KEYS[1], 'deaths')
    redis.call('SREM', suspects, id)
  end
end`;

/** KEYS: job, attempts, suspects. ARGV: owner, attempt, at, outcome, and the id if its deaths are cleared. */
export const APPEND_OUTCOME = `${OWNED}
${CLEAR_DEATHS}
clearDeaths(KEYS[3], ARGV[5])
if redis.call('HSETNX', KEYS[2], 'o' .. ARGV[2], ARGV[4]) == 1 and redis.call('HEXISTS', KEYS[2], 's' .. ARGV[2]) == 0 then
  redis.call('HSET', KEYS[2], 's' .. ARGV[2], redis.call('HINCRBY', KEYS[1], 'starts', 1) .. ' ' .. ARGV[3])
end
return 'OK'`;

/** KEYS: job, attempts. ARGV: owner, task, at. */
export const APPEND_INTERRUPTED = `${OWNED}
redis.call('HSETNX', KEYS[2], 'i' .. ARGV[2], ARGV[3])
return 'OK'`;

/** KEYS: job. ARGV: owner, ending, acted. */
export const APPEND_ENDING = `${OWNED}
redis.call('HSET', KEYS[1], 'ending', ARGV[2], 'acted', ARGV[3])
return 'OK'`;

/** KEYS: job. ARGV: owner, at, reason. */
export const APPEND_CANCELLED = `${OWNED}
if redis.call('HSETNX', KEYS[1], 'cancelledAt', ARGV[2]) == 1 then
  redis.call('HSET', KEYS[1], 'cancelReason', ARGV[3])
end
return 'OK'`;

/** KEYS: job, suspects. ARGV: owner, id, deaths or ''. */
export const APPEND_RECOVERED = `${OWNED}
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], 'deaths')
  redis.call('SREM', KEYS[2], ARGV[2])
else
  redis.call('HSET', KEYS[1], 'deaths', ARGV[3])
  redis.call('SADD', KEYS[2], ARGV[2])
end
return 'OK'`;

/** KEYS: suspects. ARGV: prefix, process. Returns ids, owners and deaths. */
export const SUSPECTS = `
local found = {}
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
  local job = redis.pcall('HMGET', ARGV[1] .. ':job:' .. id, 'owner', 'deaths')
  local text = (job[1] or '') .. (job[2] or '')
  if not job.err and text:find(ARGV[2], 1, true) then
    found[#found + 1] = { id, job[1] or '', job[2] or '' }
  end
end
return found`;

/** KEYS: job, ended, suspects. ARGV: prefix, owner, at, state, id, and the id if its deaths are cleared. */
export const APPEND_ENDED = `${INDEXES}
${CLEAR_DEATHS}
local was = redis.call('HMGET', KEYS[1], 'endedBy', 'owner', 'state', 'workflow', 'createdAt')
if was[1] == ARGV[2] then
  return 'OK'
end
if was[2] ~= ARGV[2] then
  return 'LEASE_LOST'
end
removeFrom(indexesOf(was[3], was[4]), ARGV[5])
addTo(indexesOf(ARGV[4], was[4]), was[5], ARGV[5])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[5])
clearDeaths(KEYS[3], ARGV[6])
redis.call('HSET', KEYS[1], 'state', ARGV[4], 'endedAt', ARGV[3], 'endedBy', ARGV[2])
redis.call('HDEL', KEYS[1], 'owner', 'heldUntil')
return 'OK'`;

/** KEYS: job. ARGV: prefix, owner, id, workflow, tasks, and the version, if any. */
export const APPEND_CHANGED = `${INDEXES}
local was = redis.call('HMGET', KEYS[1], 'owner', 'state', 'workflow', 'createdAt')
if was[1] ~= ARGV[2] then
  return 'LEASE_LOST'
end
removeFrom(indexesOf(was[2], was[3]), ARGV[3])
addTo(indexesOf(was[2], ARGV[4]), was[4], ARGV[3])
redis.call('HSET', KEYS[1], 'workflow', ARGV[4], 'tasks', ARGV[5])
if ARGV[6] then
  redis.call('HSET', KEYS[1], 'version', ARGV[6])
else
  redis.call('HDEL', KEYS[1], 'version')
end
return 'OK'`;
