"""The tables of signatures, each group in a module of its own."""

from signatures.models.evidence import EvidenceFile, SignatureEvidence
from signatures.models.log import Cosignature, EntrySecret, LogEntry, LogKey, LogTile, TreeHead, VoteLog
from signatures.models.mobile import MobileRequest
from signatures.models.signature import Signature

__all__ = [
    "Cosignature",
    "EntrySecret",
    "EvidenceFile",
    "LogEntry",
    "LogKey",
    "LogTile",
    "MobileRequest",
    "Signature",
    "SignatureEvidence",
    "TreeHead",
    "VoteLog",
]
