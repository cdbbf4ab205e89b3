-- Look-ups of a user by userName, as Entra matches.
dofile(os.getenv("TOLD"))
local headers = {["Authorization"] = "Bearer " .. os.getenv("TOKEN")}
local users = tonumber(os.getenv("USERS"))
math.randomseed(1)

request = function()
  local name = string.format("user.%d%%40company.example", math.random(users) - 1)
  return wrk.format("GET", os.getenv("BASE") .. "/Users?filter=userName%20eq%20%22" .. name .. "%22", headers)
end
