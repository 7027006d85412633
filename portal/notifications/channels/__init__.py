"""The ways a notice goes: one module a channel. A new one is a module here and a value of `models.Channel`."""
