"""The vote log as mathematics and bytes. Pure: without Django, without a clock, without network.

`tree` is the Merkle tree of RFC 6962 with its proofs, `tiles` the same tree in rows of 256 hashes, `canonical` the one way to
write JSON, `leaves` what stands in the log and in a receipt, `notes` signed heads and witnesses' signatures (C2SP).
"""
