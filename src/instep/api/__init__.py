"""The API in the form of Microsoft Graph v1.0 (graph-api.md): administrators' scripts run by changing the address."""
