"""Switches: parts of the portal that an administrator can turn off for a while, with a reason that people read.

An app declares a switch for each block that is dear to run or dangerous in trouble; until somebody turns it off, it is on:

    SIMILAR = switches.register(switches.Switch("initiatives.similar", _("Similar petitions"), _("The editor shows none.")))
    switches.require(SIMILAR)          # in a service: raises Unavailable (503) with the reason
    if switches.is_on(SIMILAR): …      # in a task or a selector
    {% load switches %}{% switched "initiatives.similar" %}…{% endswitched %}   {# the block, or why it is not there #}
"""

from portal.switches.registry import WRITES, Switch, register, registered
from portal.switches.standing import Off, forget, is_on, off, require

__all__ = ["WRITES", "Off", "Switch", "forget", "is_on", "off", "register", "registered", "require"]
