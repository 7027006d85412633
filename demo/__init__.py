"""The demo world: synthetic people, keys and stand-ins that let a newcomer walk the real paths.

Everything here stands above the product and is imported by none of it. Nothing in it is a bypass: the portal
verifies what the demo signs exactly as it verifies a citizen's signature, only under demo anchors.
Entry point: `manage.py ncalayer_standin`.
"""
