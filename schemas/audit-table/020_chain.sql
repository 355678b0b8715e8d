-- The chain: what each transaction added to a shard is a block, and a block names the hash of the one before it. The blocks are the evidence; the
-- head is a cache that writers lock. A shard is a partition of the final topic; mirrored dead letters have shards below zero.

CREATE TABLE audit.block (
  number bigint NOT NULL,
  epoch bigint NOT NULL,
  first_offset bigint NOT NULL,
  last_offset bigint NOT NULL,
  written_at timestamptz NOT NULL,
  occurred_from timestamptz,
  occurred_to timestamptz,
  shard integer NOT NULL,
  row_count integer NOT NULL,
  divergence_count integer NOT NULL,
  dead_letter_count integer NOT NULL,
  topic text NOT NULL,
  hash bytea NOT NULL,
  previous_hash bytea NOT NULL,
  merkle_root bytea NOT NULL,
  columns_hash bytea NOT NULL,
  refused_root bytea NOT NULL,
  leaves bytea NOT NULL,
  CONSTRAINT block_pkey PRIMARY KEY (shard, number),
  CONSTRAINT block_hash_lengths CHECK (octet_length(hash) = 32 AND octet_length(previous_hash) = 32 AND octet_length(merkle_root) = 32
    AND octet_length(columns_hash) = 32 AND octet_length(refused_root) = 32)
);
COMMENT ON TABLE audit.block IS 'One row per shard and transaction that added something to it; append-only. docs/PROOFS.md says what is hashed.';
COMMENT ON COLUMN audit.block.number IS 'From 1 on, without gaps, per shard.';
COMMENT ON COLUMN audit.block.epoch IS 'The claim under which it was written: who claims a shard raises it, and who has an older one is refused.';
COMMENT ON COLUMN audit.block.first_offset IS 'The least stream_offset of its events; -1 without events.';
COMMENT ON COLUMN audit.block.occurred_from IS 'The earliest occurred_at of its events; null without events.';
COMMENT ON COLUMN audit.block.merkle_root IS 'RFC 6962 root over SHA-256(0x00 || body) of its events by stream_offset.';
COMMENT ON COLUMN audit.block.columns_hash IS 'SHA-256 over stream_offset, fact_scheme, fact_hash and event_uid of its events: what their bodies do not hold.';
COMMENT ON COLUMN audit.block.refused_root IS 'The root over its divergences and dead letters.';
COMMENT ON COLUMN audit.block.leaves IS 'Not hashed; per event in the order of the tree: stream_offset, leaf, check of its columns (8 + 32 + 8 bytes). Names the row '
  'when a root is not right, and stands for rows of retired ranges.';
-- Hashes do not become smaller.
ALTER TABLE audit.block ALTER COLUMN leaves SET STORAGE EXTERNAL;
SELECT audit.harden('audit.block');

CREATE TABLE audit.chain_head (
  shard integer PRIMARY KEY,
  topic text NOT NULL,
  number bigint NOT NULL,
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  epoch bigint NOT NULL,
  claimed_by text NOT NULL,
  claimed_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 50);
COMMENT ON TABLE audit.chain_head IS 'Where each chain ends, and who may go on with it: a cache that writers lock. audit.block is the evidence.';

CREATE TABLE audit.chain_origin (
  began_at timestamptz PRIMARY KEY DEFAULT clock_timestamp(),
  unchained_events bigint NOT NULL,
  unchained_divergences bigint NOT NULL,
  unchained_dead_letters bigint NOT NULL
);
COMMENT ON TABLE audit.chain_origin IS 'How many rows were there before the chain: they are in no block.';
INSERT INTO audit.chain_origin (unchained_events, unchained_divergences, unchained_dead_letters)
  SELECT (SELECT count(*) FROM audit.event), (SELECT count(*) FROM audit.divergence), (SELECT count(*) FROM audit.dead_letter);
SELECT audit.harden('audit.chain_origin');

CREATE TABLE audit.checkpoint_key (
  fingerprint text PRIMARY KEY,
  public_key bytea NOT NULL,
  made_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE audit.checkpoint_key IS 'Public keys of checkpoints (DER SubjectPublicKeyInfo). For comfort: who trusts nobody here keeps a copy elsewhere.';
SELECT audit.harden('audit.checkpoint_key');

CREATE TABLE audit.checkpoint (
  number bigint PRIMARY KEY,
  made_at timestamptz NOT NULL,
  key_fingerprint text NOT NULL,
  note text NOT NULL
);
COMMENT ON TABLE audit.checkpoint IS 'Signed notes over the heads of all chains; the same notes are on the topic of checkpoints.';
SELECT audit.harden('audit.checkpoint');

-- The append-only tables of before, and these.
CREATE OR REPLACE FUNCTION audit.guarded() RETURNS TABLE (name text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp AS $$
  VALUES ('audit.event'), ('audit.dead_letter'), ('audit.divergence'),
    ('audit.block'), ('audit.chain_origin'), ('audit.checkpoint'), ('audit.checkpoint_key')
$$;
COMMENT ON FUNCTION audit.guarded() IS 'The append-only tables; the partitions of a partitioned one are guarded with it, also while they are detached.';

-- Rows of a block lie side by side in a partition; those of other shards lie between them, hence several intervals for a range of pages.
CREATE INDEX event_block ON audit.event USING brin (block int8_minmax_multi_ops) WITH (autosummarize = on);

ALTER TABLE audit.divergence ADD COLUMN block bigint;
CREATE INDEX divergence_block ON audit.divergence (shard, block);
COMMENT ON COLUMN audit.divergence.block IS 'Number of the block that holds it; null before there was a chain.';

ALTER TABLE audit.dead_letter ADD COLUMN shard integer, ADD COLUMN block bigint, ADD COLUMN salt bytea;
CREATE INDEX dead_letter_block ON audit.dead_letter (shard, block);
COMMENT ON COLUMN audit.dead_letter.shard IS 'The chain it is in: a partition of the final topic, or -1 minus the partition of the dead letters'' topic.';
COMMENT ON COLUMN audit.dead_letter.block IS 'Number of the block that holds it; null before there was a chain.';
COMMENT ON COLUMN audit.dead_letter.salt IS 'Goes into its hash, so that a hash cannot confirm a guess of what it holds.';

-- SQLSTATEs: AU020 the head is missing, AU021 it is not where the blocks end, AU022 it is another topic's.
CREATE FUNCTION audit.claim_shard(shard integer, topic text, claimed_by text, OUT number bigint, OUT hash bytea, OUT epoch bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  head audit.chain_head;
  last_number bigint;
  last_hash bytea;
BEGIN
  INSERT INTO audit.chain_head AS h (shard, topic, number, hash, epoch, claimed_by)
    SELECT claim_shard.shard, claim_shard.topic, 0, decode(repeat('00', 32), 'hex'), 0, claim_shard.claimed_by
    WHERE NOT EXISTS (SELECT FROM audit.block b WHERE b.shard = claim_shard.shard)
    ON CONFLICT DO NOTHING;
  SELECT h.* INTO head FROM audit.chain_head h WHERE h.shard = claim_shard.shard FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'AU020', MESSAGE = format('Shard %s has blocks and no row in audit.chain_head.', claim_shard.shard);
  END IF;
  SELECT b.number, b.hash INTO last_number, last_hash FROM audit.block b WHERE b.shard = claim_shard.shard ORDER BY b.number DESC LIMIT 1;
  IF head.number <> coalesce(last_number, 0) OR head.hash <> coalesce(last_hash, decode(repeat('00', 32), 'hex')) THEN
    RAISE EXCEPTION USING ERRCODE = 'AU021', MESSAGE = format('The head of shard %s is at block %s, and audit.block ends at block %s%s.', claim_shard.shard,
      head.number, coalesce(last_number, 0), CASE WHEN head.number = last_number THEN ' with another hash' ELSE '' END);
  END IF;
  IF head.topic <> claim_shard.topic THEN
    RAISE EXCEPTION USING ERRCODE = 'AU022',
      MESSAGE = format('The chain of shard %s was written from topic %s, and this writer reads %s.', claim_shard.shard, head.topic, claim_shard.topic);
  END IF;
  UPDATE audit.chain_head h SET epoch = h.epoch + 1, claimed_by = claim_shard.claimed_by, claimed_at = clock_timestamp()
    WHERE h.shard = claim_shard.shard
    RETURNING h.number, h.hash, h.epoch INTO claim_shard.number, claim_shard.hash, claim_shard.epoch;
END
$$;
COMMENT ON FUNCTION audit.claim_shard(integer, text, text) IS 'Makes the caller the only one who may go on with a shard''s chain, until the next claim.';

-- For the owner, after somebody has found out why the head was wrong (docs/PROOFS.md): sets it to where the blocks end.
CREATE FUNCTION audit.rebuild_chain_head(shard integer) RETURNS bigint
LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO audit.chain_head AS h (shard, topic, number, hash, epoch, claimed_by)
    SELECT b.shard, b.topic, b.number, b.hash, b.epoch, 'rebuilt by ' || session_user
    FROM audit.block b WHERE b.shard = rebuild_chain_head.shard ORDER BY b.number DESC LIMIT 1
    ON CONFLICT (shard) DO UPDATE SET number = EXCLUDED.number, hash = EXCLUDED.hash, epoch = greatest(h.epoch, EXCLUDED.epoch) + 1,
      claimed_by = EXCLUDED.claimed_by, claimed_at = clock_timestamp()
    RETURNING number
$$;
COMMENT ON FUNCTION audit.rebuild_chain_head(integer) IS 'Sets a shard''s head to where its blocks end; gives the last block''s number.';

-- The leaves of dead letters for who may not read their bytes.
CREATE FUNCTION audit.dead_letter_leaves(shard integer, from_block bigint, to_block bigint)
RETURNS TABLE (block bigint, stage text, topic text, topic_partition integer, topic_offset bigint, leaf bytea)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
  SELECT d.block, d.stage, d.topic, d.topic_partition, d.topic_offset, sha256('\x00'::bytea || convert_to('dead-letter', 'UTF8') || '\x00'::bytea
    || int4send(coalesce(octet_length(d.salt), -1)) || coalesce(d.salt, '')
    || int4send(octet_length(convert_to(d.stage, 'UTF8'))) || convert_to(d.stage, 'UTF8')
    || int4send(octet_length(convert_to(d.topic, 'UTF8'))) || convert_to(d.topic, 'UTF8')
    || int4send(octet_length(convert_to(d.reason, 'UTF8'))) || convert_to(d.reason, 'UTF8')
    || int4send(octet_length(convert_to(d.message, 'UTF8'))) || convert_to(d.message, 'UTF8')
    || int4send(d.topic_partition) || int8send(d.topic_offset) || int8send(coalesce((extract(epoch FROM d.recorded_at) * 1000)::bigint, -1))
    || int4send(coalesce(octet_length(d.record_key), -1)) || coalesce(d.record_key, '')
    || int4send(coalesce(octet_length(d.record_value), -1)) || coalesce(d.record_value, '')
    || int4send(octet_length(convert_to(d.headers::text, 'UTF8'))) || convert_to(d.headers::text, 'UTF8'))
  FROM audit.dead_letter d
  WHERE d.shard = dead_letter_leaves.shard AND d.block BETWEEN from_block AND to_block
$$;
COMMENT ON FUNCTION audit.dead_letter_leaves(integer, bigint, bigint) IS 'For verify: the hashes of the dead letters of a shard''s blocks.';

REVOKE ALL ON audit.block, audit.chain_head, audit.chain_origin, audit.checkpoint, audit.checkpoint_key FROM PUBLIC;
REVOKE ALL ON FUNCTION audit.claim_shard(integer, text, text), audit.rebuild_chain_head(integer), audit.dead_letter_leaves(integer, bigint, bigint) FROM PUBLIC;
GRANT INSERT, SELECT ON audit.block, audit.checkpoint, audit.checkpoint_key TO audit_writer;
GRANT SELECT, UPDATE (number, hash) ON audit.chain_head TO audit_writer;
GRANT EXECUTE ON FUNCTION audit.claim_shard(integer, text, text) TO audit_writer;
GRANT SELECT ON audit.block, audit.chain_head, audit.chain_origin, audit.checkpoint, audit.checkpoint_key TO audit_reader;
GRANT SELECT (shard, block) ON audit.dead_letter TO audit_reader;
GRANT EXECUTE ON FUNCTION audit.dead_letter_leaves(integer, bigint, bigint) TO audit_reader;
