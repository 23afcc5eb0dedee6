-- Reads one path, named by the variable TARGET, as a browser without a session.

local common = require("common")

function init()
  request = common.cycle({ wrk.format("GET", os.getenv("TARGET"), { ["Accept"] = "text/html", ["Accept-Encoding"] = "gzip" }) })
end

function done(summary, latency) common.report(summary, latency) end
