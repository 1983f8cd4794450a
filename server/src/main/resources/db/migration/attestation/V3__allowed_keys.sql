-- Endorsement keys that devices of a product may have, list by list. Which list counts, and that it
-- is whole, is for the log to say: its digest was stated as evidence about the product.
CREATE TABLE attestation.allowed_key (
  list    bytea NOT NULL CHECK (length(list) = 32),
  product text  NOT NULL,
  key     bytea NOT NULL CHECK (length(key) = 32),
  PRIMARY KEY (list, product, key)
);
CREATE INDEX allowed_key_product ON attestation.allowed_key (product);
