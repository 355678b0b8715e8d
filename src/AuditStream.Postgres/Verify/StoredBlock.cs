using AuditStream.Core.Chain;
using Npgsql;

namespace AuditStream.Postgres.Verify;

/// <summary>A row of <c>audit.block</c>.</summary>
/// <param name="Header">What it says.</param>
/// <param name="Hash">The hash that it claims.</param>
internal sealed record StoredBlock(BlockHeader Header, byte[] Hash)
{
    // An infinite instant is nothing that was written, and no number: -2, which its hash does not fit.
    public const string Columns = "topic, shard, number, previous_hash, epoch, "
        + "CASE WHEN isfinite(written_at) THEN (extract(epoch FROM written_at) * 1000000)::bigint ELSE -2 END, first_offset, last_offset, "
        + "CASE WHEN isfinite(occurred_from) THEN (extract(epoch FROM occurred_from) * 1000)::bigint WHEN occurred_from IS NULL THEN -1 ELSE -2 END, "
        + "CASE WHEN isfinite(occurred_to) THEN (extract(epoch FROM occurred_to) * 1000)::bigint WHEN occurred_to IS NULL THEN -1 ELSE -2 END, row_count, "
        + "merkle_root, columns_hash, divergence_count, dead_letter_count, refused_root, hash";

    public static StoredBlock Read(NpgsqlDataReader reader) => new(
        new BlockHeader
        {
            Topic = reader.GetString(0),
            Shard = reader.GetInt32(1),
            Number = reader.GetInt64(2),
            PreviousHash = reader.GetFieldValue<byte[]>(3),
            Epoch = reader.GetInt64(4),
            WrittenAtMicroseconds = reader.GetInt64(5),
            FirstOffset = reader.GetInt64(6),
            LastOffset = reader.GetInt64(7),
            OccurredFrom = reader.GetInt64(8),
            OccurredTo = reader.GetInt64(9),
            Rows = reader.GetInt32(10),
            MerkleRoot = reader.GetFieldValue<byte[]>(11),
            ColumnsHash = reader.GetFieldValue<byte[]>(12),
            Divergences = reader.GetInt32(13),
            DeadLetters = reader.GetInt32(14),
            RefusedRoot = reader.GetFieldValue<byte[]>(15),
        },
        reader.GetFieldValue<byte[]>(16));
}
