"""Kazakhstan's national algorithms: GOST 34.10-2015 with Streebog, and for old evidence GOST 34.310-2004 with 34.311-95.

Their mathematics is that of GOST R 34.10-2012 (RFC 7091) and GOST R 34.11-2012 (RFC 6986); the bytes are Kazakhstan's own:
hashes, keys and signatures are little-endian. Two engines share no line: integers (with gmpy2, the one in use) and libgcrypt.
"""
