"""SAML 2.0 as a language: its messages, bindings and metadata, and what of a message may be believed. Pure."""
