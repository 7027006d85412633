"""Processes as tables: what may follow what, who may do it, and what it announces.

`definitions` holds the words, `engine` performs one transition in one transaction, `graph` draws the table for docs/.
"""

from portal.workflow.definitions import SubjectEvent, Transition, Workflow, register, workflows
from portal.workflow.engine import offers, perform

__all__ = ["SubjectEvent", "Transition", "Workflow", "offers", "perform", "register", "workflows"]
