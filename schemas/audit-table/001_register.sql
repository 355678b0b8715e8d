-- What the store knows of itself: which migrations ran, its settings, and the identity key that made its ids.

CREATE TABLE audit.migration (
  number integer PRIMARY KEY,
  name text NOT NULL,
  checksum bytea NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  applied_by text NOT NULL DEFAULT session_user
);
COMMENT ON TABLE audit.migration IS 'The migrations that ran here; checksum is the SHA-256 of the file with LF line ends.';

CREATE TABLE audit.setting (
  name text PRIMARY KEY,
  value text NOT NULL,
  meaning text NOT NULL
);
COMMENT ON TABLE audit.setting IS 'What the functions of this schema go by; changed by the owner only.';
INSERT INTO audit.setting (name, value, meaning) VALUES
  ('partition_unit', 'month', 'How long a new partition of audit.event is: day, month or year (UTC).'),
  ('partition_back', '20 years', 'Events older than this (interval before now) get no new partition: they are refused.'),
  ('partition_ahead', '1 day', 'Events later than this (interval after now) get no new partition: they are refused.'),
  ('partition_limit', '600', 'How many partitions there may be at most.');

CREATE TABLE audit.identity (
  fingerprint text PRIMARY KEY,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  retired_at timestamptz
);
CREATE UNIQUE INDEX identity_active ON audit.identity ((true)) WHERE retired_at IS NULL;
COMMENT ON TABLE audit.identity IS 'Fingerprints of the identity keys that made the ids of this store; one is active.';
