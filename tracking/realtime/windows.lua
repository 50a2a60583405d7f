-- Add new events to the windows of one, of five and of sixty minutes.
--
-- KEYS[1]: the journal.  ARGV[1]: a message of it that brought the events: when it has left, they are counted already.
-- ARGV[2]: prefix of the keys.  ARGV[3]: now, epoch s.  ARGV[4]: since when windows are whole, when Redis knows none.
-- ARGV[5]: MessagePack: the sizes: {name, seconds, kept_s}; the first of them has the details.
-- ARGV[6]: MessagePack: the minutes: {project, minute, events of all kinds, pageviews, custom events, {currency: sum}}.
-- Then for each minute: its visitors, 8 bytes each; its details, as they are to be read.
-- Returns how many events each minute has seen.
--
-- A window is a hash (.seen, .pageviews, .events, .value:EUR), a HyperLogLog of its visitors (:u) and a list of details (:d).

if redis.call("HEXISTS", KEYS[1], ARGV[1]) == 0 then return {} end
local prefix, now = ARGV[2], tonumber(ARGV[3])
local sizes, minutes = cmsgpack.unpack(ARGV[5]), cmsgpack.unpack(ARGV[6])
local CHUNK = 1000 -- what unpack() takes is bounded
local seen = {}

local function add_visitors(key, visitors)
  for first = 1, #visitors, CHUNK do
    redis.call("PFADD", key, unpack(visitors, first, math.min(first + CHUNK - 1, #visitors)))
  end
end

redis.call("SET", prefix .. "since", ARGV[4], "NX")
for nth, minute in ipairs(minutes) do
  local visitors, packed, details = {}, ARGV[5 + 2 * nth], ARGV[6 + 2 * nth]
  for first = 1, #packed, 8 do visitors[#visitors + 1] = string.sub(packed, first, first + 7) end
  seen[nth] = 0
  for index, size in ipairs(sizes) do
    local name, seconds, kept_s = size[1], size[2], size[3]
    local slot = math.floor(minute[2] * 60 / seconds)
    local expires_at = (slot + 1) * seconds + kept_s
    if expires_at > now then -- else it was there and is gone
      local key = prefix .. minute[1] .. ":" .. name .. ":" .. string.format("%d", slot)
      local total = redis.call("HINCRBY", key, ".seen", minute[3])
      if minute[4] > 0 then redis.call("HINCRBY", key, ".pageviews", minute[4]) end
      if minute[5] > 0 then redis.call("HINCRBY", key, ".events", minute[5]) end
      if index == 1 then
        seen[nth] = total
        redis.call("RPUSH", key .. ":d", details)
      end
      for currency, sum in pairs(minute[6]) do redis.call("HINCRBYFLOAT", key, ".value:" .. currency, sum) end
      add_visitors(key .. ":u", visitors)
      if total == minute[3] then -- it is new
        redis.call("EXPIREAT", key, expires_at)
        redis.call("EXPIREAT", key .. ":u", expires_at)
        if index == 1 then redis.call("EXPIREAT", key .. ":d", expires_at) end
      end
    end
  end
end
return seen
