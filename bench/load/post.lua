-- Creates of users who were never created before; RUN tells the runs apart.
dofile(os.getenv("TOLD"))
local run, number = os.getenv("RUN"), 0
local headers = {["Authorization"] = "Bearer " .. os.getenv("TOKEN"), ["Content-Type"] = "application/scim+json"}
local body = [[{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"%s","active":true,]]
  .. [["name":{"givenName":"Ada","familyName":"Lovelace"},"displayName":"Ada Lovelace","title":"Engineer",]]
  .. [["preferredLanguage":"en","emails":[{"type":"work","value":"%s","primary":true}],]]
  .. [["phoneNumbers":[{"type":"work","value":"+442071234567"}],"addresses":[{"type":"work","locality":"London"}]}]]

request = function()
  number = number + 1
  local name = string.format("load.%s.%d@company.example", run, number)
  return wrk.format("POST", os.getenv("BASE") .. "/Users", headers, string.format(body, name, name))
end
