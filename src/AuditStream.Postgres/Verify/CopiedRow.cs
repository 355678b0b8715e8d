using System.Buffers.Binary;

namespace AuditStream.Postgres.Verify;

/// <summary>One row of <c>audit.event</c> in PostgreSQL's binary COPY format.</summary>
internal readonly ref struct CopiedRow
{
    /// <summary>The columns, in the order of the accessors.</summary>
    public const string Columns = "shard, block, stream_offset, occurred_at, event_id, fact_scheme, operation, source, schema_name, table_name, key, key_hash, changed, "
        + "transaction_id, actor, source_position, fact_hash, event_uid, body";

    /// <summary>How many.</summary>
    public const int Fields = 19;

    private const long PostgresEpochMicroseconds = 946_684_800_000_000;
    private readonly ReadOnlySpan<byte> bytes;
    private readonly ReadOnlySpan<(int Start, int Length)> extents;

    private CopiedRow(ReadOnlySpan<byte> bytes, ReadOnlySpan<(int Start, int Length)> extents)
    {
        this.bytes = bytes;
        this.extents = extents;
    }

    public int Shard => BinaryPrimitives.ReadInt32BigEndian(Of(0));

    public long Block => BinaryPrimitives.ReadInt64BigEndian(Of(1));

    public long StreamOffset => BinaryPrimitives.ReadInt64BigEndian(Of(2));

    /// <summary>Microseconds since the Unix epoch.</summary>
    public long OccurredAt => BinaryPrimitives.ReadInt64BigEndian(Of(3)) + PostgresEpochMicroseconds;

    public Guid EventId => new(Of(4), bigEndian: true);

    public short FactScheme => BinaryPrimitives.ReadInt16BigEndian(Of(5));

    public ReadOnlySpan<byte> KeyHash => Of(11);

    public ReadOnlySpan<byte> FactHash => Of(16);

    public ReadOnlySpan<byte> EventUid => Of(17);

    public ReadOnlySpan<byte> Body => Of(18);

    /// <summary>A column's bytes; empty for NULL.</summary>
    public ReadOnlySpan<byte> Of(int field) => extents[field].Length < 0 ? default : bytes.Slice(extents[field].Start, extents[field].Length);

    public bool IsNull(int field) => extents[field].Length < 0;

    /// <summary>How long the row at the beginning is; 0 when it is not whole; -1 for the end of the COPY.</summary>
    public static int LengthOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2)
            return 0;
        if (BinaryPrimitives.ReadInt16BigEndian(bytes) < 0)
            return -1;
        var position = 2;
        for (var field = 0; field < Fields; field++)
        {
            if (bytes.Length - position < 4)
                return 0;
            position += 4 + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(bytes[position..]));
            if (position > bytes.Length)
                return 0;
        }
        return position;
    }

    /// <summary>The row at the beginning, which is whole.</summary>
    public static CopiedRow Read(ReadOnlySpan<byte> bytes, Span<(int Start, int Length)> extents)
    {
        var position = 2;
        for (var field = 0; field < Fields; field++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes[position..]);
            position += 4;
            extents[field] = (position, length);
            position += Math.Max(0, length);
        }
        return new CopiedRow(bytes, extents);
    }
}
