"""What every part of the API shares: cursor pages, problems (RFC 9457), throttles, caching, the schema and its page.

The resources themselves stand in each domain's `api/`.
"""
