-- Nine of ten requests look: at the list or at one ticket. The tenth orders.

local common = require("common")

setup = common.number

function init()
  math.randomseed(7 + thread_number)
  local ready = {}
  local users, tickets = common.users(), common.tickets()
  for number = 1, 4000 do
    local ticket, kind = tickets[math.random(#tickets)], number % 10
    if kind == 0 then
      local body = ('{"ticketId":"%s"}'):format(ticket)
      ready[number] = common.post("/api/orders", users[math.random(#users)].cookie, body)
    elseif kind < 4 then
      ready[number] = wrk.format("GET", "/api/tickets?limit=20")
    else
      ready[number] = wrk.format("GET", "/api/tickets/" .. ticket)
    end
  end
  request = common.cycle(ready)
end

function done(summary, latency) common.report(summary, latency) end
