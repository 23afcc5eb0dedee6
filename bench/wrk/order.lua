-- Everybody orders, ITEMS tickets at once, one unit of each.

local common = require("common")

setup = common.number

-- Requests are put together beforehand, so that making them takes little of the machine.
function init()
  math.randomseed(7 + thread_number)
  local ready = {}
  local users, tickets = common.users(), common.tickets()
  local count = tonumber(os.getenv("ITEMS") or "1")
  for number = 1, 4000 do
    local first, items = math.random(#tickets), {}
    for item = 1, count do
      local ticket = tickets[(first + item * 17) % #tickets + 1]
      items[item] = ('{"ticketId":"%s","quantity":1}'):format(ticket)
    end
    local body = count == 1 and items[1] or ('{"items":[%s]}'):format(table.concat(items, ","))
    ready[number] = common.post("/api/orders", users[math.random(#users)].cookie, body)
  end
  request = common.cycle(ready)
end

function done(summary, latency) common.report(summary, latency) end
