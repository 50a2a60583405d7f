-- wrk: sends prepared requests, each once. Arguments: file of requests, threads, mean pause in ms (0: none), path.
-- A line of the file: user agent, client address, key, body, separated by tabs. Prints one line of JSON at the end.

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

function init(arguments)
  local file, count = arguments[1], tonumber(arguments[2])
  pause, path = tonumber(arguments[3]), arguments[4]
  requests, at, sent = {}, 0, 0
  local index = 0
  for line in io.lines(file) do
    if index % count == number then
      local agent, address, key, body = line:match("^(.-)\t(.-)\t(.-)\t(.*)$")
      requests[#requests + 1] = wrk.format("POST", path, {
        ["User-Agent"] = agent, ["X-Forwarded-For"] = address, ["X-API-Key"] = key,
        ["Content-Type"] = "application/json",
      }, body)
    end
    index = index + 1
  end
  math.randomseed(number + 1)
end

function request()
  sent = sent + 1
  at = at % #requests + 1
  return requests[at]
end

function delay()
  if pause == 0 then return 0 end
  return math.floor(math.random() * 2 * pause)
end

function done(summary, latency, _)
  local again = 0
  for _, thread in ipairs(threads) do
    again = again + math.max(0, thread:get("sent") - #thread:get("requests"))
  end
  io.write(string.format(
    '{"requests": %d, "duration_s": %.3f, "refused": %d, "broken": %d, "repeated": %d, '
      .. '"p50_ms": %.2f, "p95_ms": %.2f, "p99_ms": %.2f, "max_ms": %.2f}\n',
    summary.requests, summary.duration / 1e6, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout, again,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
