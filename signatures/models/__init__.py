"""The tables of signatures, each group in a module of its own."""

from signatures.models.erasure import ErasureDue
from signatures.models.evidence import EvidenceFile, SignatureEvidence
from signatures.models.incidents import Incident
from signatures.models.log import Cosignature, EntrySecret, LogEntry, LogKey, LogTile, TreeHead, VoteLog
from signatures.models.mobile import MobileRequest
from signatures.models.recheck import RecheckChunk, RecheckRun
from signatures.models.rotation import KeyRotation
from signatures.models.signature import Signature

__all__ = [
    "Cosignature",
    "EntrySecret",
    "ErasureDue",
    "EvidenceFile",
    "Incident",
    "KeyRotation",
    "LogEntry",
    "LogKey",
    "LogTile",
    "MobileRequest",
    "RecheckChunk",
    "RecheckRun",
    "Signature",
    "SignatureEvidence",
    "TreeHead",
    "VoteLog",
]
