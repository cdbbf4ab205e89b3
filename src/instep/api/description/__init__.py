"""Of what types is that which the API takes and answers? Said once, for its OpenAPI document and its `$metadata`."""
