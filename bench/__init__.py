"""How fast this machine takes orders and shows goods, beside pgbench on the same server: `make bench`.

Every rate is measured in turns with pgbench's (or another rate of ours), a few seconds each, and
told as a ratio: the machine, its disk and its other work then weigh on both. A bare number of one
run says little; what was measured when the goals were set stands in the decisions.
"""
