"""People, the territories they live in, the state bodies they work for, and their roles.

Vocabulary: a *user* is one natural person, known by a keyed code of the IIN that their digital signature proves; a
*territory* is a unit of the administrative classifier (KATO); a *body* is a state body that petitions are addressed to;
an *assignment* gives a user a role, at a body or for the whole portal.
Entry points: `services.identity` (who signed), `selectors` (territories, bodies, roles).
"""
