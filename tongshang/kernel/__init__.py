"""Words that every room speaks: money, lifecycles, refusals, pages, ids. No IO, no clock."""
