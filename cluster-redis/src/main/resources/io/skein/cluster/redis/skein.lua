#!lua name=skein_1

-- What must happen at once. A record is a hash, of a session or of a node, with what waits for it in a hash beside it:
--   e epoch, o owner, c the claim that was answered last, m whether that found a session, h head, k kept,
--   n number of the last message, a of a node's last publish, a:<node> number of that node's last append and when that was,
--   s:<filter> subscription, q:<sequence> message, p:<sequence> packet id, x:<sequence> released, r:<packet id> received.
-- DESIGN.md says what they are for.

local TOMBSTONE_MILLIS = 3600000
local SENDER_SECONDS = 3600

-- The digits of a whole number. Those of a small one are made faster.
local function text(number)
  return string.format(number < 2147483648 and '%d' or '%.0f', number)
end

local function map(record)
  return redis.call('HGETALL', record)
end

-- What is told on the channel of a node: a text of number ':' length ':' length ':' label message, one after the other.
local function told(number, label, message)
  return number .. ':' .. #label .. ':' .. #message .. ':' .. label .. message
end

-- Forgets the numbers of nodes that have put nothing here for so long that no call of theirs comes again: of lives that are
-- over, nothing else would ever remove them.
local function forget(record, now)
  for _, field in ipairs(redis.call('HKEYS', record)) do
    if string.sub(field, 1, 2) == 'a:' then
      local at = string.match(redis.call('HGET', record, field), ' (%d+)$')
      if now - tonumber(at or '0') > SENDER_SECONDS then
        redis.call('HDEL', record, field)
      end
    end
  end
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
  if tonumber(args[2]) <= tonumber(string.match(known[4] or '0', '^%d+')) then
    return 0 -- sent again after its answer was lost
  end
  local now = tonumber(redis.call('TIME')[1])
  if not known[4] then
    forget(record, now)
  end
  local last = tonumber(known[3] or '0')
  local room = tonumber(args[4]) - redis.call('HLEN', inbox)
  local news = {}
  local dropped = 0
  for i = 6, #args, 2 do
    if args[i] == '0' then
      news[#news + 1] = told('0', args[3], args[i + 1])
    elseif room > 0 then
      room = room - 1
      last = last + 1
      local number = text(last)
      redis.call('HSET', inbox, number, args[i + 1])
      news[#news + 1] = told(number, args[3], args[i + 1])
    else
      dropped = dropped + 1
    end
  end
  redis.call('HSET', record, 'n', text(last), sent, args[2] .. ' ' .. text(now))
  if #news > 0 then
    redis.call('PUBLISH', args[5] .. known[2], table.concat(news))
  end
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

-- How many values a command takes at once: far less than fit on the stack of Lua, and even, for fields come with their values.
local VALUES_AT_ONCE = 1000

-- Does what was gathered for a key, by one command if it is not very much.
local function flush(command, key, values)
  for from = 1, #values, VALUES_AT_ONCE do
    redis.call(command, key, unpack(values, from, math.min(from + VALUES_AT_ONCE - 1, #values)))
  end
  return {}
end

-- The changes of one write on their way to a record and its inbox: fields that are set or removed are gathered, one kind at a
-- time, for the same field may be set and removed.
local function flushFields(write)
  if #write.sets > 0 then
    write.sets = flush('HSET', write.record, write.sets)
  end
  if #write.unsets > 0 then
    write.unsets = flush('HDEL', write.record, write.unsets)
  end
end

local function flushAll(write)
  flushFields(write)
  if #write.taken > 0 then
    write.taken = flush('HDEL', write.inbox, write.taken)
  end
end

local function set(write, field, value)
  if #write.unsets > 0 then
    flushFields(write)
  end
  local n = #write.sets
  write.sets[n + 1], write.sets[n + 2] = field, value
end

local function unset(write, field)
  if #write.sets > 0 then
    flushFields(write)
  end
  write.unsets[#write.unsets + 1] = field
end

local function setting(name)
  return function(write, args, at)
    set(write, name .. args[at + 1], args[at + 2])
  end
end

local function unsetting(name)
  return function(write, args, at)
    unset(write, name .. args[at + 1])
  end
end

local CHANGES = {
  H = {2, function(write, args, at) set(write, 'h', args[at + 1]) end},
  S = {3, setting('s:')},
  U = {2, unsetting('s:')},
  Q = {3, setting('q:')},
  P = {3, setting('p:')},
  X = {3, setting('x:')},
  R = {3, setting('r:')},
  C = {2, unsetting('r:')},
  I = {2, function(write, args, at) write.taken[#write.taken + 1] = args[at + 1] end},
  D = {2, function(write, args, at)
    local sequence = args[at + 1]
    unset(write, 'q:' .. sequence)
    unset(write, 'p:' .. sequence)
    unset(write, 'x:' .. sequence)
  end},
  E = {1, function(write)
    flushAll(write)
    local record = write.record
    local known = redis.call('HMGET', record, 'e', 'n')
    redis.call('DEL', record, write.inbox)
    redis.call('HSET', record, 'e', known[1], 'n', known[2] or '0') -- neither begins again
    redis.call('PEXPIRE', record, TOMBSTONE_MILLIS)
  end},
}

-- A write of one session: epoch, how many messages it takes from the inbox of the node, their numbers, how many changes,
-- the changes. Answers with where the next one begins, and whether it was made: not where the session has another owner, or
-- one of the messages is not there any more.
local function make(record, inbox, taken, args, at, allowed)
  local owned = allowed and redis.call('HGET', record, 'e') == args[at]
  local takes = tonumber(args[at + 1])
  at = at + 2
  for i = at, at + takes - 1 do
    owned = owned and redis.call('HEXISTS', taken, args[i]) == 1
  end
  if owned and takes > 0 then
    redis.call('HDEL', taken, unpack(args, at, at + takes - 1))
  end
  at = at + takes
  local changes = tonumber(args[at])
  at = at + 1
  local write = {record = record, inbox = inbox, sets = {}, unsets = {}, taken = {}}
  for _ = 1, changes do
    local change = CHANGES[args[at]]
    if owned then
      change[2](write, args, at)
    end
    at = at + change[1]
  end
  flushAll(write)
  return at, owned
end

-- write KEYS taken (record inbox)* ARGS write* -> which were not made, counted from 0
local function write(keys, args)
  local refused = {}
  local at = 1
  for i = 1, (#keys - 1) / 2 do
    local made
    at, made = make(keys[2 * i], keys[2 * i + 1], keys[1], args, at, true)
    if not made then
      refused[#refused + 1] = i - 1
    end
  end
  return refused
end

-- Where a record of a publish takes no message: it is none, it is a node's and has no room; or the session has no room.
local GONE, NODE_FULL, SESSION_FULL = 0, 1, 2
-- A write with a message that was not made: that of the publisher, with which nothing is done; another one.
local PUBLISHER_FENCED, OTHER_FENCED = 3, 4
-- A message without a write of a node that is not the member any more that it was.
local SENDER_BURIED = 5

-- The records to which one call publishes, whose labels begin at args[labels], looked up when the first message comes for them:
-- what is put into their inboxes and told to their owners is gathered, and done by one command for each.
local function destinations(keys, args, labels, limit, channel)
  local known = {}
  local news = {}
  local to = {}

  function to.look(i)
    local one = known[i]
    if not one then
      local found = redis.call('HMGET', keys[5 + 2 * i], 'k', 'o', 'n')
      local label = args[labels + i]
      one = {is = found[1], last = tonumber(found[3] or '0'), fields = {}, grown = false, label = label, heads = {}}
      one.isNode = string.sub(label, 1, 2) == 'n:'
      if one.is then
        one.room = limit - redis.call('HLEN', keys[6 + 2 * i])
        one.heard = news[found[2]] or {}
        news[found[2]] = one.heard
      else
        one.room = 0
      end
      known[i] = one
    end
    return one
  end

  -- Gives it a message, which it has room for if that is to be kept.
  function to.give(one, kept, frame)
    local number = '0'
    if kept then
      one.room = one.room - 1
      one.last = one.last + 1
      one.grown = true
      number = text(one.last)
      local fields = one.fields
      local n = #fields
      fields[n + 1], fields[n + 2] = number, frame
    end
    -- As told() does, without a text for each message.
    local size = #frame
    local head = one.heads[size]
    if not head then
      head = ':' .. #one.label .. ':' .. size .. ':' .. one.label
      one.heads[size] = head
    end
    local heard = one.heard
    local n = #heard
    heard[n + 1], heard[n + 2], heard[n + 3] = number, head, frame
  end

  -- Keeps what it was given so far.
  function to.keep(i)
    local one = known[i]
    if one and one.grown then
      one.grown = false
      one.fields = flush('HSET', keys[6 + 2 * i], one.fields)
      redis.call('HSET', keys[5 + 2 * i], 'n', text(one.last))
    end
  end

  -- A record that was changed: it may be over.
  function to.changed(i)
    if known[i] and redis.call('HEXISTS', keys[5 + 2 * i], 'k') == 0 then
      known[i] = nil
    end
  end

  -- Keeps and tells all.
  function to.finish()
    for i in pairs(known) do
      to.keep(i)
    end
    for owner, heard in pairs(news) do
      if #heard > 0 then
        redis.call('PUBLISH', channel .. owner, table.concat(heard))
      end
    end
  end

  return to
end

-- publish KEYS sender version taken joins (record inbox)*
-- ARGS number version limit channel-prefix node join labels label* message*
-- A message for one record: 'k' where it is kept or 't' where it is only told, and the record; its frame.
-- Any message: frames, frame*, writes, (record write)*, deliveries, (record stored frame)*; the first write is the publisher's,
-- that of nobody has record -1. Records and frames count from 0.
-- -> -1 version, where the routes have changed and nothing was done; otherwise (what message record)* of what was not.
local function publish(keys, args)
  local sender = keys[1]
  local repeated = tonumber(args[1]) <= tonumber(redis.call('HGET', sender, 'a') or '0')
  if not repeated and args[2] ~= '' then
    local version = redis.call('GET', keys[2]) or '0'
    if version ~= args[2] then
      return {-1, version}
    end
  end
  local buried = redis.call('HGET', keys[4], args[5]) ~= args[6]
  local labels = tonumber(args[7])
  local to = destinations(keys, args, 8, tonumber(args[3]), args[4])
  local answer = {}
  local at = 8 + labels
  local stop = #args
  local message = 0
  local plain = {}

  local function tell(what, record)
    local n = #answer
    answer[n + 1], answer[n + 2], answer[n + 3] = what, message, record
  end

  local function deliver(record, kept, frame)
    local one = to.look(record)
    if not one.is then
      tell(GONE, record)
    elseif kept and one.room < 1 then
      tell(one.isNode and NODE_FULL or SESSION_FULL, record)
    else
      to.give(one, kept, frame)
    end
  end

  -- Any message, which begins at 'at'; moves that behind it.
  local function publishAny()
    local frames = at + 1
    at = frames + tonumber(args[at])
    local writes = tonumber(args[at])
    local first = at + 1
    -- Where the deliveries are is known behind the writes.
    at = first
    local spans = {}
    for w = 1, writes do
      spans[w] = at
      local takes = tonumber(args[at + 2])
      local c = at + 3 + takes
      local changes = tonumber(args[c])
      c = c + 1
      for _ = 1, changes do
        c = c + CHANGES[args[c]][1]
      end
      at = c
    end
    local deliveries = tonumber(args[at])
    local from = at + 1
    at = from + 3 * deliveries
    local allowed = true
    if writes > 0 then
      local record = tonumber(args[first])
      if record >= 0 and redis.call('HGET', keys[5 + 2 * record], 'e') ~= args[first + 1] then
        allowed = false
        tell(PUBLISHER_FENCED, record)
      end
    end
    if not allowed or repeated then
      return
    end
    if buried and writes == 0 then
      tell(SENDER_BURIED, tonumber(args[from]))
      return
    end
    for d = from, at - 1, 3 do
      local record = tonumber(args[d])
      if args[d + 1] == '1' then
        local one = to.look(record)
        if one.isNode and one.is and one.room < 1 then
          tell(NODE_FULL, record)
          return
        end
      end
    end
    for w = 1, writes do
      local record = tonumber(args[spans[w]])
      if record >= 0 then
        to.keep(record)
        local _, made = make(keys[5 + 2 * record], keys[6 + 2 * record], keys[3], args, spans[w] + 1, true)
        if not made then
          tell(OTHER_FENCED, record)
        end
        to.changed(record)
      end
    end
    for d = from, at - 1, 3 do
      deliver(tonumber(args[d]), args[d + 1] == '1', args[frames + tonumber(args[d + 2])])
    end
  end

  while at <= stop do
    local form = args[at]
    local one = plain[form]
    if not one and not tonumber(form) then
      one = {record = tonumber(string.sub(form, 2)), kept = string.sub(form, 1, 1) == 'k'}
      plain[form] = one
    end
    if not one then
      publishAny()
    else
      if buried and not repeated then
        tell(SENDER_BURIED, one.record)
      elseif not repeated then
        deliver(one.record, one.kept, args[at + 1])
      end
      at = at + 2
    end
    message = message + 1
  end
  if not repeated then
    to.finish()
    redis.call('HSET', sender, 'a', args[1])
  end
  return answer
end

-- pass KEYS from record inbox ARGS number label channel-prefix message
-- Moves a message from one inbox into another -> 1; 0, where it was not there any more; -1, where there is no such record.
local function pass(keys, args)
  local known = redis.call('HMGET', keys[2], 'k', 'o', 'n')
  if not known[1] then
    return -1
  end
  if redis.call('HDEL', keys[1], args[1]) == 0 then
    return 0
  end
  local number = text(tonumber(known[3] or '0') + 1)
  redis.call('HSET', keys[3], number, args[4])
  redis.call('HSET', keys[2], 'n', number)
  redis.call('PUBLISH', args[3] .. known[2], told(number, args[2], args[4]))
  return 1
end

-- close KEYS record inbox heir-record heir-inbox nodes estates ARGS beginning label channel-prefix node
-- Ends the record of a node that is gone; what begins like this and nobody has taken is moved to its heir -> how much that is;
-- -1, and nothing is done, where it is a member again by now, or its heir has no record any more.
local function close(keys, args)
  local known = redis.call('HMGET', keys[3], 'o', 'n')
  if not known[1] or redis.call('HEXISTS', keys[5], args[4]) == 1 then
    return -1
  end
  redis.call('HDEL', keys[1], 'k', 'o')
  redis.call('PEXPIRE', keys[1], TOMBSTONE_MILLIS) -- its numbers do not begin again
  local left = map(keys[2])
  local last = tonumber(known[2] or '0')
  local news = {}
  for i = 1, #left, 2 do
    if string.sub(left[i + 1], 1, #args[1]) == args[1] then
      last = last + 1
      local number = text(last)
      redis.call('HSET', keys[4], number, left[i + 1])
      news[#news + 1] = told(number, args[2], left[i + 1])
    end
  end
  redis.call('DEL', keys[2])
  if #news > 0 then
    redis.call('HSET', keys[3], 'n', text(last))
    redis.call('PUBLISH', args[3] .. known[1], table.concat(news))
  end
  redis.call('SREM', keys[6], args[4])
  return #news
end

-- change KEYS table log version [joins] ARGS channel length [node join] (operation field value)* -> version
-- Operations: + puts, - removes, ? removes where the value is still this one.
-- Where joins are named, nothing is done, and the answer is '', if the node is not a member any more, or has become one anew.
local function change(keys, args)
  local first = 3
  if keys[4] then
    if redis.call('HGET', keys[4], args[3]) ~= args[4] then
      return ''
    end
    first = 5
  end
  local version = tonumber(redis.call('GET', keys[3]) or '0')
  for i = first, #args, 3 do
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
      redis.call('PUBLISH', args[1], told(number, operation .. field, value))
    end
  end
  return text(version)
end

-- beat KEYS nodes joins ARGS node value join -> all nodes, or nothing where this one was taken to be dead
-- The join is '' where it does not become a member by that.
local function beat(keys, args)
  if args[3] ~= '' then
    redis.call('HSET', keys[2], args[1], args[3])
  elseif redis.call('HEXISTS', keys[1], args[1]) == 0 then
    return {}
  end
  redis.call('HSET', keys[1], args[1], args[2])
  return map(keys[1])
end

-- bury KEYS nodes joins ARGS node value -> whether it was there and silent since
local function bury(keys, args)
  if redis.call('HGET', keys[1], args[1]) == args[2] then
    redis.call('HDEL', keys[2], args[1])
    return redis.call('HDEL', keys[1], args[1])
  end
  return 0
end

redis.register_function('skein_append', append)
redis.register_function('skein_publish', publish)
redis.register_function('skein_pass', pass)
redis.register_function('skein_close', close)
redis.register_function('skein_claim', claim)
redis.register_function('skein_adopt', adopt)
redis.register_function('skein_write', write)
redis.register_function('skein_change', change)
redis.register_function('skein_beat', beat)
redis.register_function('skein_bury', bury)
