-- Pages of 100 users, from anywhere in the list.
dofile(os.getenv("TOLD"))
local headers = {["Authorization"] = "Bearer " .. os.getenv("TOKEN")}
local pages = math.floor(tonumber(os.getenv("USERS")) / 100)
math.randomseed(3)

request = function()
  local start = (math.random(pages) - 1) * 100 + 1
  return wrk.format("GET", os.getenv("BASE") .. "/Users?count=100&startIndex=" .. start, headers)
end
