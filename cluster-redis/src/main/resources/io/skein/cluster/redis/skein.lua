#!lua name=skein_1

-- What must happen at once. A record is a hash, of a session or of a node, with what waits for it in a hash beside it:
--   e epoch, o owner, c the claim that was answered last, m whether that found a session, h head, k kept,
--   n number of the last message, a:<node> number of that node's last append,
--   s:<filter> subscription, q:<sequence> message, p:<sequence> packet id, x:<sequence> released, r:<packet id> received.
-- DESIGN.md says what they are for.

local TOMBSTONE_MILLIS = 3600000

local function text(number)
  return string.format('%.0f', number)
end

local function map(record)
  return redis.call('HGETALL', record)
end

-- append KEYS record inbox ARGS sender number label limit channel-prefix (stored message)*
-- -> -1 where there is no such record, otherwise how many found no room.
local function append(keys, args)
  local record, inbox = keys[1], keys[2]
  local sent = 'a:' .. args[1]
  local known = redis.call('HMGET', record, 'k', 'o', 'n', sent)
  if not known[1] then
    return -1
  end
  if tonumber(args[2]) <= tonumber(known[4] or '0') then
    return 0 -- sent again after its answer was lost
  end
  local last = tonumber(known[3] or '0')
  local room = tonumber(args[4]) - redis.call('HLEN', inbox)
  local channel = args[5] .. known[2]
  local label = ':' .. #args[3] .. ':' .. args[3]
  local dropped = 0
  for i = 6, #args, 2 do
    if args[i] == '0' then
      redis.call('PUBLISH', channel, '0' .. label .. args[i + 1])
    elseif room > 0 then
      room = room - 1
      last = last + 1
      local number = text(last)
      redis.call('HSET', inbox, number, args[i + 1])
      redis.call('PUBLISH', channel, number .. label .. args[i + 1])
    else
      dropped = dropped + 1
    end
  end
  redis.call('HSET', record, 'n', text(last), sent, args[2])
  return dropped
end

-- The epoch after this one: greater than any before, also where the record was forgotten.
local function following(epoch)
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
  return text(math.max(now, tonumber(epoch or '0') + 1))
end

-- claim KEYS record inbox ARGS node claim clean kept head released
-- -> 0 epoch owner, where another node has it and has not released that epoch
-- -> 1 epoch found record inbox
local function claim(keys, args)
  local record, inbox = keys[1], keys[2]
  local node, token, clean, kept, head, released = args[1], args[2], args[3], args[4], args[5], args[6]
  local known = redis.call('HMGET', record, 'e', 'o', 'c', 'k', 'm', 'n')
  if known[3] == token then -- sent again after its answer was lost
    return {1, known[1], known[5], map(record), map(inbox)}
  end
  if known[2] and known[2] ~= node and known[1] ~= released then
    return {0, known[1], known[2]}
  end
  local found = (known[4] and clean == '0') and '1' or '0'
  local before = map(record)
  local waiting = {}
  if found == '1' then
    waiting = map(inbox)
  end
  if found == '0' or kept == '0' then
    redis.call('DEL', record, inbox)
  end
  local epoch = following(known[1])
  redis.call('HSET', record, 'e', epoch, 'o', node, 'c', token, 'm', found, 'h', head, 'n', known[6] or '0')
  if kept == '1' then
    redis.call('HSET', record, 'k', '1')
  end
  redis.call('PERSIST', record)
  return {1, epoch, found, before, waiting}
end

-- adopt KEYS record inbox ARGS node claim owner -> 0, where that is not its owner; 1 epoch kept record inbox
local function adopt(keys, args)
  local record, inbox = keys[1], keys[2]
  local known = redis.call('HMGET', record, 'e', 'o', 'c', 'k')
  local epoch = known[1]
  if known[3] ~= args[2] then
    if known[2] ~= args[3] then
      return {0}
    end
    epoch = following(epoch)
    redis.call('HSET', record, 'e', epoch, 'o', args[1], 'c', args[2])
  end
  return {1, epoch, known[4] and '1' or '0', map(record), map(inbox)}
end

local function set(name)
  return function(record, _, args, at)
    redis.call('HSET', record, name .. args[at + 1], args[at + 2])
  end
end

local function unset(name)
  return function(record, _, args, at)
    redis.call('HDEL', record, name .. args[at + 1])
  end
end

local CHANGES = {
  H = {2, function(record, _, args, at) redis.call('HSET', record, 'h', args[at + 1]) end},
  S = {3, set('s:')},
  U = {2, unset('s:')},
  Q = {3, set('q:')},
  P = {3, set('p:')},
  X = {3, set('x:')},
  R = {3, set('r:')},
  C = {2, unset('r:')},
  I = {2, function(_, inbox, args, at) redis.call('HDEL', inbox, args[at + 1]) end},
  D = {2, function(record, _, args, at)
    local sequence = args[at + 1]
    redis.call('HDEL', record, 'q:' .. sequence, 'p:' .. sequence, 'x:' .. sequence)
  end},
  E = {1, function(record, inbox)
    local known = redis.call('HMGET', record, 'e', 'n')
    redis.call('DEL', record, inbox)
    redis.call('HSET', record, 'e', known[1], 'n', known[2] or '0') -- neither begins again
    redis.call('PEXPIRE', record, TOMBSTONE_MILLIS)
  end},
}

-- write KEYS (record inbox)* ARGS (epoch changes change*)* -> which records have another owner, counted from 0
local function write(keys, args)
  local fenced = {}
  local at = 1
  for i = 1, #keys / 2 do
    local record, inbox = keys[2 * i - 1], keys[2 * i]
    local owned = redis.call('HGET', record, 'e') == args[at]
    if not owned then
      fenced[#fenced + 1] = i - 1
    end
    local changes = tonumber(args[at + 1])
    at = at + 2
    for _ = 1, changes do
      local change = CHANGES[args[at]]
      if owned then
        change[2](record, inbox, args, at)
      end
      at = at + change[1]
    end
  end
  return fenced
end

-- change KEYS table log version ARGS channel length (operation field value)* -> version
-- Operations: + puts, - removes, ? removes where the value is still this one.
local function change(keys, args)
  local version = tonumber(redis.call('GET', keys[3]) or '0')
  for i = 3, #args, 3 do
    local operation, field, value = args[i], args[i + 1], args[i + 2]
    local before = redis.call('HGET', keys[1], field)
    local changed = false
    if operation == '+' then
      changed = before ~= value
      if changed then
        redis.call('HSET', keys[1], field, value)
      end
    elseif before and (operation == '-' or before == value) then
      changed = true
      operation = '-'
      value = ''
      redis.call('HDEL', keys[1], field)
    end
    if changed then
      version = version + 1
      local number = text(version)
      redis.call('SET', keys[3], number)
      redis.call('XADD', keys[2], 'MAXLEN', '~', args[2], number .. '-0', 'o', operation, 'f', field, 'v', value)
      redis.call('PUBLISH', args[1], number .. ':' .. (#field + 1) .. ':' .. operation .. field .. value)
    end
  end
  return text(version)
end

-- beat KEYS nodes ARGS node value joins -> all nodes, or nothing where this one was taken to be dead
local function beat(keys, args)
  if args[3] == '0' and redis.call('HEXISTS', keys[1], args[1]) == 0 then
    return {}
  end
  redis.call('HSET', keys[1], args[1], args[2])
  return map(keys[1])
end

-- bury KEYS nodes ARGS node value -> whether it was there and silent since
local function bury(keys, args)
  if redis.call('HGET', keys[1], args[1]) == args[2] then
    return redis.call('HDEL', keys[1], args[1])
  end
  return 0
end

redis.register_function('skein_append', append)
redis.register_function('skein_claim', claim)
redis.register_function('skein_adopt', adopt)
redis.register_function('skein_write', write)
redis.register_function('skein_change', change)
redis.register_function('skein_beat', beat)
redis.register_function('skein_bury', bury)
