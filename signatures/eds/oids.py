"""Object identifiers: the general ones (RFC 5280, 5652, 5035, 8017) and Kazakhstan's arc 1.2.398 (https://root.gov.kz/oid/).

The whole set of a certificate's roles is listed even where the portal uses only some of it, because a report must be
able to name what it refused.
"""

from typing import Final

# --- CMS (RFC 5652) and its attributes (RFC 5035) ---
DATA: Final = "1.2.840.113549.1.7.1"
SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"
SIGNING_CERTIFICATE: Final = "1.2.840.113549.1.9.16.2.12"

# --- Time stamps (RFC 3161) ---
TIME_STAMP_TOKEN: Final = "1.2.840.113549.1.9.16.2.14"
TIME_STAMP_INFO: Final = "1.2.840.113549.1.9.16.1.4"

# --- Algorithms ---
SHA256: Final = "2.16.840.1.101.3.4.2.1"
SHA512: Final = "2.16.840.1.101.3.4.2.3"
RSA: Final = "1.2.840.113549.1.1.1"
RSA_SHA256: Final = "1.2.840.113549.1.1.11"
RSA_SHA512: Final = "1.2.840.113549.1.1.13"
GOST_2015_512_KEY: Final = "1.2.398.3.10.1.1.2.2"

# --- Names (X.520) ---
COMMON_NAME: Final = "2.5.4.3"
SURNAME: Final = "2.5.4.4"
SERIAL_NUMBER: Final = "2.5.4.5"
COUNTRY: Final = "2.5.4.6"
ORGANISATION: Final = "2.5.4.10"
ORGANISATIONAL_UNIT: Final = "2.5.4.11"
GIVEN_NAME: Final = "2.5.4.42"

# --- Extensions (RFC 5280) ---
KEY_USAGE: Final = "2.5.29.15"
BASIC_CONSTRAINTS: Final = "2.5.29.19"
CERTIFICATE_POLICIES: Final = "2.5.29.32"
AUTHORITY_KEY_ID: Final = "2.5.29.35"
SUBJECT_KEY_ID: Final = "2.5.29.14"
FRESHEST_LIST: Final = "2.5.29.46"
INFORMATION_ACCESS: Final = "1.3.6.1.5.5.7.1.1"
BY_OCSP: Final = "1.3.6.1.5.5.7.48.1"
OCSP_NO_CHECK: Final = "1.3.6.1.5.5.7.48.1.5"
OCSP_EXTENDED_REVOKE: Final = "1.3.6.1.5.5.7.48.1.9"
EXTENDED_KEY_USAGE: Final = "2.5.29.37"

# --- OCSP (RFC 6960) and revocation lists (RFC 5280, 5) ---
OCSP_BASIC: Final = "1.3.6.1.5.5.7.48.1.1"
OCSP_NONCE: Final = "1.3.6.1.5.5.7.48.1.2"
CRL_NUMBER: Final = "2.5.29.20"
CRL_REASON: Final = "2.5.29.21"
DELTA_INDICATOR: Final = "2.5.29.27"
ISSUING_POINT: Final = "2.5.29.28"
DISTRIBUTION_POINTS: Final = "2.5.29.31"

# --- Extended key usage ---
CLIENT_AUTH: Final = "1.3.6.1.5.5.7.3.2"
EMAIL_PROTECTION: Final = "1.3.6.1.5.5.7.3.4"
OCSP_SIGNING: Final = "1.3.6.1.5.5.7.3.9"
TIME_STAMPING: Final = "1.3.6.1.5.5.7.3.8"

# --- Roles of the national certification authority's certificates ---
PERSON: Final = "1.2.398.3.3.4.1.1"
LEGAL_ENTITY: Final = "1.2.398.3.3.4.1.2"
HEAD: Final = "1.2.398.3.3.4.1.2.1"
INFORMATION_SYSTEM: Final = "1.2.398.3.3.4.1.2.6"
IDENTIFIED_AT_SERVICE_CENTRE: Final = "1.2.398.3.3.4.3.1"
IDENTIFIED_REMOTELY: Final = "1.2.398.3.3.4.3.2"
IDENTIFIED_BY_DIGITAL_ID: Final = "1.2.398.3.3.4.3.2.1"
KEY_STORE_TYPE: Final = "1.2.398.3.3.5"
KEY_STORE_FILE: Final = "1.2.398.3.3.5.1.1"

# --- Policies of the national certification authority ---
POLICY_GOST_2015: Final = "1.2.398.3.3.2"
POLICY_LEGAL_SIGN: Final = "1.2.398.3.3.2.1"
POLICY_PERSON_SIGN: Final = "1.2.398.3.3.2.3"
POLICY_PERSON_AUTH: Final = "1.2.398.3.3.2.4"
POLICY_TIME_STAMP_GOST_2004: Final = "1.2.398.3.3.2.6.1"
POLICY_TIME_STAMP_RSA: Final = "1.2.398.3.3.2.6.2"
POLICY_TIME_STAMP_GOST_GT: Final = "1.2.398.3.3.2.6.3"
POLICY_TIME_STAMP_GOST_2015: Final = "1.2.398.3.3.2.6.4"

# --- Bits of KeyUsage (RFC 5280, 4.2.1.3) ---
DIGITAL_SIGNATURE_BIT: Final = 0
NON_REPUDIATION_BIT: Final = 1
KEY_ENCIPHERMENT_BIT: Final = 2
KEY_AGREEMENT_BIT: Final = 4
CERTIFICATE_SIGN_BIT: Final = 5
CRL_SIGN_BIT: Final = 6
