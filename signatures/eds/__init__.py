"""The pure core of verification: bytes in, a report out.

No Django, no database, no clock and no network live here, so that the same code can check a downloaded bundle offline
and be fuzzed by itself. Vocabulary: a *CMS* is the signature file (RFC 5652), a *statement* is the text that was signed,
an *anchor* is a certificate that the operator pinned, *T* is the moment at which everything is judged.

Entry point: `verify.Verifier`. Facts about Kazakhstan's certificates are in `oids` and `certificate`.
"""
