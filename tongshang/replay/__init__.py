"""A real shop's year, replayed through the actions that buyers and shops use.

`reading` turns a file into lines, `fates` decides what each line was, `planning` gathers them into
days, `acting` does what happened on a day, `report` accounts for every line. What is decided here
is decided from the file alone, so a replay that was killed comes to the same plan again.
"""
