"""The demo market: shops, goods, people and stories of our own, and the pictures that show them.

Nothing here is a record of real trade; where the facts behind a product come from is written in
`data/SOURCE.md`. The market is read from plain files, so that a shopkeeper can edit it in a
spreadsheet, and is loaded through the platform's own endpoints like anybody else's.
"""
