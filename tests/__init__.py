"""Tests of the whole house; a package, so that files of the same name may stand in different folders."""
