"""Builds the demo world from `demo/content` through the portal's own services: nothing here writes what a service can write."""
