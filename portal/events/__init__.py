"""Typed events and their transactional outbox.

A service publishes what has happened as a frozen dataclass, in the same transaction as the change itself. A beat task
delivers the rows afterwards to the handlers that apps registered; a delivery that fails is tried again, and a handler that
has once succeeded is not called again for the same event. No broker is needed for an event to be kept.
"""
