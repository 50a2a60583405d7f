-- Give each event its visit. One call a message; atomic, so that two workers never open the same visit twice.
--
-- KEYS: for each visitor two keys: its state, and the state under yesterday's visitor id ("" when there is none).
-- ARGV[1]: MessagePack: for each visitor its events, sorted by time: {time_ms, opens (0 or 1), new_id, touch}
-- ARGV[2]: silence that ends a visit, ms.  ARGV[3]: how long a state is kept, s.
-- Returns MessagePack, flat, four values an event: visit id ("" for none), time of the event that opened it in ms,
-- its first touch ("" when this event opened it), 1 when it is a visit of yesterday's visitor id.
--
-- A state is a list of visits in the order of opened_ms: {id, opened_ms, first_ms, last_ms, touch}. `opened_ms` never
-- changes: it is part of the visit's key in the store. Ids and touches are strings: a Lua number does not hold 64 bits.

local visitors = cmsgpack.unpack(ARGV[1])
local silence, keep_s = tonumber(ARGV[2]), tonumber(ARGV[3])
local KEEP_VISITS = 16
local answer = {}

local function load(key)
  if key == "" then return {} end
  local packed = redis.call("GET", key)
  return packed and cmsgpack.unpack(packed) or {}
end

-- The visit opened latest that the time falls into, or that it prolongs at either end.
local function find(visits, time)
  for index = #visits, 1, -1 do
    local visit = visits[index]
    if time >= visit[3] - silence and time <= visit[4] + silence then return visit end
  end
end

local function insert(visits, visit)
  local index = #visits + 1
  while index > 1 and visits[index - 1][2] > visit[2] do index = index - 1 end
  table.insert(visits, index, visit)
  if #visits > KEEP_VISITS then table.remove(visits, 1) end
end

for v, events in ipairs(visitors) do
  local key, previous_key = KEYS[2 * v - 1], KEYS[2 * v]
  local visits = load(key)
  local previous = previous_key ~= "" and load(previous_key) or {}
  local changed, previous_changed = false, false
  for _, event in ipairs(events) do
    local time, opens, new_id, touch = event[1], event[2], event[3], event[4]
    local visit, of_yesterday = find(visits, time), 0
    if not visit and #previous > 0 then
      visit = find(previous, time)
      if visit then of_yesterday = 1 end
    end
    local known_touch = ""
    if visit then
      if opens == 1 and time < visit[3] then
        visit[5] = touch -- a late event that comes before all others: the first touch is its
      else
        known_touch = visit[5]
      end
      visit[3], visit[4] = math.min(visit[3], time), math.max(visit[4], time)
    elseif opens == 1 then
      visit = {new_id, time, time, time, touch}
      insert(visits, visit)
    end
    if visit then
      if of_yesterday == 1 then previous_changed = true else changed = true end
    end
    local n = #answer
    answer[n + 1] = visit and visit[1] or ""
    answer[n + 2] = visit and visit[2] or 0
    answer[n + 3] = known_touch
    answer[n + 4] = of_yesterday
  end
  if changed then redis.call("SET", key, cmsgpack.pack(visits), "EX", keep_s) end
  if previous_changed then redis.call("SET", previous_key, cmsgpack.pack(previous), "EX", keep_s) end
end
return cmsgpack.pack(answer)
