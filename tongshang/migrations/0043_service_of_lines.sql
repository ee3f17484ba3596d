-- Of what left a shop's hands for selling a line, what agencies got for their service
-- (reference section 7.6): an order names promoters and agencies apart.
alter table order_lines add column settled_service_fen bigint;
