// Each step of the store is one atomic script. A script whose reply was lost can run again with the same result, which ioredis
// does after a reconnect.

/** KEYS: job, running, index, counter. ARGV: id, a token unique to this call, createdAt, fields and values. */
export const CREATE = `
local job, id, call, createdAt = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
if redis.call('EXISTS', job) == 1 then
  return redis.call('HGET', job, 'createdBy') == call and 'OK' or 'JOB_EXISTS'
end
redis.call('HSET', job, unpack(ARGV, 4))
redis.call('HSET', job, 'createdBy', call, 'place', redis.call('INCR', KEYS[4]))
redis.call('ZADD', KEYS[2], createdAt, id)
redis.call('ZADD', KEYS[3], createdAt, id)
return 'OK'`;

/** KEYS: job, attempts. ARGV: owner, now, until. */
export const ACQUIRE = `
local was = redis.call('HMGET', KEYS[1], 'state', 'owner', 'heldUntil')
if not was[1] then
  return { 'JOB_NOT_FOUND' }
end
if was[1] == 'running' then
  if was[2] and was[2] ~= ARGV[1] and (tonumber(was[3]) or 0) > tonumber(ARGV[2]) then
    return { 'JOB_HELD', was[3] }
  end
  redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'heldUntil', ARGV[3])
end
return { 'OK', redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2]) }`;

/** KEYS: job, attempts. */
export const READ = `return { 'OK', redis.call('HGETALL', KEYS[1]), redis.call('HGETALL', KEYS[2]) }`;

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

/** KEYS: job, attempts. ARGV: owner, attempt, at, outcome. */
export const APPEND_OUTCOME = `${OWNED}
if redis.call('HSETNX', KEYS[2], 'o' .. ARGV[2], ARGV[4]) == 1 and redis.call('HEXISTS', KEYS[2], 's' .. ARGV[2]) == 0 then
  redis.call('HSET', KEYS[2], 's' .. ARGV[2], redis.call('HINCRBY', KEYS[1], 'starts', 1) .. ' ' .. ARGV[3])
end
return 'OK'`;

/** KEYS: job. ARGV: owner, at, reason. */
export const APPEND_CANCELLED = `${OWNED}
if redis.call('HSETNX', KEYS[1], 'cancelledAt', ARGV[2]) == 1 then
  redis.call('HSET', KEYS[1], 'cancelReason', ARGV[3])
end
return 'OK'`;

/** KEYS: job, running, ended. ARGV: owner, at, state, id, a token unique to this call. */
export const APPEND_ENDED = `
if redis.call('HGET', KEYS[1], 'endedBy') == ARGV[5] then
  return 'OK'
end
${OWNED}
redis.call('HSET', KEYS[1], 'state', ARGV[3], 'endedAt', ARGV[2], 'endedBy', ARGV[5])
redis.call('HDEL', KEYS[1], 'owner', 'heldUntil')
redis.call('ZREM', KEYS[2], ARGV[4])
redis.call('ZADD', KEYS[3], ARGV[2], ARGV[4])
return 'OK'`;

/** KEYS: job. ARGV: owner, workflow, tasks, and the version, if any. */
export const APPEND_CHANGED = `${OWNED}
redis.call('HSET', KEYS[1], 'workflow', ARGV[2], 'tasks', ARGV[3])
if ARGV[4] then
  redis.call('HSET', KEYS[1], 'version', ARGV[4])
else
  redis.call('HDEL', KEYS[1], 'version')
end
return 'OK'`;

/** KEYS: index, ended, and for each job its job and attempts. ARGV: ids. */
export const DELETE = `
local deleted = 0
for place, id in ipairs(ARGV) do
  local job, attempts = KEYS[2 * place + 1], KEYS[2 * place + 2]
  if redis.call('HGET', job, 'state') ~= 'running' then
    deleted = deleted + redis.call('DEL', job)
    redis.call('DEL', attempts)
    redis.call('ZREM', KEYS[1], id)
  end
  redis.call('ZREM', KEYS[2], id)
end
return deleted`;
