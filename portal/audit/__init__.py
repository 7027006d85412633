"""The append-only record of who did what to which subject, when and why.

Entries of one subject form a hash chain: each holds the SHA-256 of its content and of the entry before it, so that a
removed or altered line shows. The chain is per subject, because the engine holds the subject's row lock while it writes;
one chain for the whole portal would make every act wait for every other.
"""
