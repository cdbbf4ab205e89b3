"""OData 4 as a language, as far as clients of Microsoft Graph speak it: filters, orders, selections and more."""
