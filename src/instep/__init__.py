"""Instep: automatic user provisioning from a directory into SaaS applications, over SCIM 2.0."""
