"""`{% load switches %}`: a block that can be turned off, and the question whether it is on.

{% switched "initiatives.comments" %}<form>…</form>{% endswitched %}   {# the block, or why it is not there #}
{% if "initiatives.rising"|is_switched_on %}…{% endif %}
"""

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.context import Context
from django.template.loader import render_to_string

from portal import switches

register = template.Library()


class SwitchedNode(template.Node):
    """The block while its switch is on; else the sentence that says why it is off."""

    def __init__(self, name: FilterExpression, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        found = switches.off(self.name.resolve(context))
        return self.nodelist.render(context) if found is None else render_to_string("switches/off.html", {"off": found})


@register.tag
def switched(parser: Parser, token: Token) -> SwitchedNode:
    try:
        _tag, name = token.split_contents()
    except ValueError as error:
        raise template.TemplateSyntaxError("{% switched %} needs the name of a switch.") from error
    nodelist = parser.parse(("endswitched",))
    parser.delete_first_token()
    return SwitchedNode(parser.compile_filter(name), nodelist)


@register.filter
def is_switched_on(name: str) -> bool:
    return switches.is_on(name)


@register.simple_tag
def switched_off(name: str) -> str:
    """Draw why a part is off; nothing while it is on."""
    found = switches.off(name)
    return "" if found is None else render_to_string("switches/off.html", {"off": found})
