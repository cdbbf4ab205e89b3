-- A change of one attribute of a user by id, to a value that it never had.
dofile(os.getenv("TOLD"))
local headers = {["Authorization"] = "Bearer " .. os.getenv("TOKEN"), ["Content-Type"] = "application/scim+json"}
local ids, number = {}, 0
for id in io.lines(os.getenv("IDS")) do ids[#ids + 1] = id end
math.randomseed(2)
local body = [[{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],]]
  .. [["Operations":[{"op":"Replace","path":"title","value":"Engineer %s %d"}]}]]

request = function()
  number = number + 1
  local path = os.getenv("BASE") .. "/Users/" .. ids[math.random(#ids)]
  return wrk.format("PATCH", path, headers, string.format(body, os.getenv("RUN"), number))
end
