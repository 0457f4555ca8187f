-- One recorded PBRequest, again and again. BODY names the file; answers are counted by status.
local file = assert(io.open(os.getenv("BODY"), "rb"))
wrk.method = "POST"
wrk.body = file:read("*a")
file:close()

local threads = {}

function setup(thread) table.insert(threads, thread) end

function init() codes = {} end

function response(status) codes[status] = (codes[status] or 0) + 1 end

function done(summary, latency)
  local total = {}
  for _, thread in ipairs(threads) do
    for status, count in pairs(thread:get("codes")) do total[status] = (total[status] or 0) + count end
  end
  for status, count in pairs(total) do print(string.format("status %s: %d", status, count)) end
  print(string.format("p50 %.2f ms, p99 %.2f ms", latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
