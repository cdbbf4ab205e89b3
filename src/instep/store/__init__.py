"""The only SQL: tables, migrations, and one module for each port of the inside."""
