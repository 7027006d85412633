"""Webhooks: an address of somebody's own program is told of milestones, signed and until it has heard.

Follows the Standard Webhooks specification (webhook-id, webhook-timestamp, webhook-signature; symmetric `v1`). Domains
declare what can be heard of in the registry and say when it has happened; nothing here knows a petition.

    occurrence --a row for each endpoint that asked--> queued --claim--> sending --2xx--> delivered
                                                         ^                  | anything else: queued again, later each time
                                                         |                  | out of tries: failed
                                                         |                  | 410: failed, and the endpoint is switched off
                                                         +-- lease over ----+ the sender was killed
"""
