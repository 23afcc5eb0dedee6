-- Orders, and the payment of each order that was made.

local common = require("common")
local orders, cookies, to_pay = {}, {}, {}
local at, first, last = 0, 1, 0
paid = 0

local threads = {}

function setup(thread)
  common.number(thread)
  threads[#threads + 1] = thread
end

function init()
  math.randomseed(7 + thread_number)
  local tickets = common.tickets()
  for number, user in ipairs(common.users()) do
    cookies[user.id] = user.cookie
    local body = ('{"ticketId":"%s"}'):format(tickets[math.random(#tickets)])
    orders[number] = common.post("/api/orders", user.cookie, body)
  end
end

function request()
  if first <= last then
    local next = to_pay[first]
    to_pay[first] = nil
    first = first + 1
    return next
  end
  at = at % #orders + 1
  return orders[at]
end

function response(status, _, body)
  if status ~= 201 then return end
  local buyer = body:match('"userId":"(%x+)"')
  if body:find('"orderId"', 1, true) then
    paid = paid + 1
  elseif buyer then
    local order = body:match('"id":"(%x+)"')
    last = last + 1
    to_pay[last] = common.post("/api/payments", cookies[buyer], ('{"orderId":"%s","token":"tok_visa"}'):format(order))
  end
end

function done(summary, latency)
  local all = 0
  for _, thread in ipairs(threads) do all = all + thread:get("paid") end
  common.report(summary, latency, { paid = all })
end
