"""Measurements of the portal beside the limits of the machine it runs on: `make bench`, or `python -m bench [parts]`.

Each part is a module with `measure(results)`. A part whose subject is missing says so in the table and fails nothing. What
is measured runs on the first two cores when there are four, and the load comes from the others, so that numbers are those of two
cores. docs/performance.md holds the targets and a reading of one machine.
"""
