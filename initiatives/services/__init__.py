"""How things are done to initiatives: one module a verb. Services know no request and read no clock."""
