"""What of signatures an administrator can turn off, and what people then see."""

from django.utils.translation import gettext_lazy as _

from portal.switches import Switch, register

MOBILE = register(
    Switch(
        "signatures.mobile",
        _("Signing with eGov Mobile"),
        _("Pages that sign offer no code for the telephone and say why; the other ways to sign stay."),
    )
)
