-- Add new events to the windows of one, of five and of sixty minutes.
--
-- KEYS[1]: the journal.  ARGV[1]: a message of it that brought the events: when it has left, they are counted already.
-- ARGV[2]: prefix of the keys.  ARGV[3]: now, epoch s.  ARGV[4]: since when windows are whole, when Redis knows none.
-- ARGV[5]: values of a dimension that a window names.
-- ARGV[6]: MessagePack: the sizes: {name, seconds, kept_s}; the first of them has the dimensions.
-- ARGV[7]: MessagePack: the minutes: {project, minute, pageviews, custom events, {currency: sum}, values: {field,
--   pageviews, places in visitors, from 0}}.  ARGV[8] and so on: the visitors of each minute, 8 bytes each.
--
-- A window is a hash (.pageviews, .events, .value:EUR; p/a-page: pageviews; #p: how many pages it names; +p: pageviews
-- of others) and HyperLogLogs of its visitors (:u) and of those of each value (:u:p/a-page).

if redis.call("HEXISTS", KEYS[1], ARGV[1]) == 0 then return end
local prefix, now, most = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[5])
local sizes, minutes = cmsgpack.unpack(ARGV[6]), cmsgpack.unpack(ARGV[7])
local CHUNK = 1000 -- what unpack() takes is bounded

local function add_visitors(key, visitors)
  for first = 1, #visitors, CHUNK do
    redis.call("PFADD", key, unpack(visitors, first, math.min(first + CHUNK - 1, #visitors)))
  end
end

local function add_values(key, values, visitors, expires_at)
  for _, value in ipairs(values) do
    local field, views, places = value[1], value[2], value[3]
    local is_new = redis.call("HEXISTS", key, field) == 0
    local dimension = string.sub(field, 1, 1)
    if dimension == "+" then
      redis.call("HINCRBY", key, field, views)
    elseif is_new and redis.call("HINCRBY", key, "#" .. dimension, 1) > most then
      redis.call("HINCRBY", key, "+" .. dimension, views)
    else
      redis.call("HINCRBY", key, field, views)
      local theirs, unique = {}, key .. ":u:" .. field
      for index, place in ipairs(places) do theirs[index] = visitors[place + 1] end
      add_visitors(unique, theirs)
      if is_new then redis.call("EXPIREAT", unique, expires_at) end
    end
  end
end

redis.call("SET", prefix .. "since", ARGV[4], "NX")
for nth, minute in ipairs(minutes) do
  local visitors, packed = {}, ARGV[7 + nth]
  for first = 1, #packed, 8 do visitors[#visitors + 1] = string.sub(packed, first, first + 7) end
  for index, size in ipairs(sizes) do
    local name, seconds, kept_s = size[1], size[2], size[3]
    local slot = math.floor(minute[2] * 60 / seconds)
    local expires_at = (slot + 1) * seconds + kept_s
    if expires_at > now then -- else it was there and is gone
      local key = prefix .. minute[1] .. ":" .. name .. ":" .. string.format("%d", slot)
      local is_new = redis.call("EXISTS", key) == 0
      redis.call("HINCRBY", key, ".pageviews", minute[3])
      if minute[4] > 0 then redis.call("HINCRBY", key, ".events", minute[4]) end
      for currency, sum in pairs(minute[5]) do redis.call("HINCRBYFLOAT", key, ".value:" .. currency, sum) end
      add_visitors(key .. ":u", visitors)
      if index == 1 then add_values(key, minute[6], visitors, expires_at) end
      if is_new then
        redis.call("EXPIREAT", key, expires_at)
        redis.call("EXPIREAT", key .. ":u", expires_at)
      end
    end
  end
end
