"""What happened and what is known: jobs, cycles, links, operations, the provisioning log and its wording."""
