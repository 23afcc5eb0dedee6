-- What the scripts for wrk share. The driver sets LUA_PATH, and FILES to the folder in which it wrote who buys what.

local common = {}

local function lines(name)
  local found = {}
  for line in io.lines(os.getenv("FILES") .. "/" .. name) do found[#found + 1] = line end
  return found
end

--- The ids of the tickets on offer.
function common.tickets()
  return lines("tickets")
end

--- Those who are signed in: { id, cookie }.
function common.users()
  local users = {}
  for number, line in ipairs(lines("users")) do
    local id, cookie = line:match("^(%S+) (%S+)$")
    users[number] = { id = id, cookie = cookie }
  end
  return users
end

--- The bytes of a request with a JSON body.
function common.post(path, cookie, body)
  return wrk.format("POST", path, { ["Content-Type"] = "application/json", ["Cookie"] = cookie }, body)
end

--- A `request` that sends these one after the other, round and round.
function common.cycle(ready)
  local at = 0
  return function()
    at = at % #ready + 1
    return ready[at]
  end
end

local threads = 0

--- To be called by `setup`: each thread draws from a generator of its own.
function common.number(thread)
  thread:set("thread_number", threads)
  threads = threads + 1
end

--- Prints what was measured for the driver, a name and a value a line.
function common.report(summary, latency, more)
  local function say(name, value) io.write(("= %s %s\n"):format(name, value)) end
  say("requests", summary.requests)
  say("seconds", summary.duration / 1e6)
  say("refused", summary.errors.status)
  say("broken", summary.errors.connect + summary.errors.read + summary.errors.write)
  say("timeouts", summary.errors.timeout)
  for _, share in ipairs({ 50, 99, 99.9 }) do say("p" .. share, latency:percentile(share) / 1e3) end
  say("max", latency.max / 1e3)
  for name, value in pairs(more or {}) do say(name, value) end
end

return common
