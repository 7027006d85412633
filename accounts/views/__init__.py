"""Pages of the account: profile, sessions, data, and the sign-in of staff.

Citizens sign in with a digital signature: that page lives in signatures, which stands above accounts and calls
`views.door.open_session` when the signature is accepted.
"""
