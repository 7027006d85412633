"""What each purpose demands of the signer's certificate."""

from signatures.eds.policy import OFFICIAL_ACT, PERSONAL_ACT, SIGN_IN, Demand
from signatures.states import Purpose

DEMANDS: dict[str, Demand] = {
    Purpose.VOTE: PERSONAL_ACT,
    Purpose.WITHDRAW: PERSONAL_ACT,
    Purpose.SIGN_IN: SIGN_IN,
    Purpose.SIGN_DOCUMENT: OFFICIAL_ACT,
}
