using System.Buffers.Binary;
using System.Text;

namespace AuditStream.Postgres;

/// <summary>Rows in PostgreSQL's binary COPY format, encoded into one growing buffer.</summary>
/// <remarks>
/// The format: a header (signature, flags, extension length), per row the number of fields (int16) and per field its length (int32, -1 for
/// NULL) and its bytes in network order, at the end -1 (int16). <c>timestamptz</c> is microseconds since 2000-01-01 UTC; <c>json</c> and
/// <c>text</c> are their bytes in UTF-8. Npgsql's own importer converts field by field through generic writers; here a batch is encoded by
/// plain stores.
/// </remarks>
internal sealed class CopyBuffer
{
    /// <summary>2000-01-01 in milliseconds since the Unix epoch.</summary>
    private const long PostgresEpochMilliseconds = 946_684_800_000;
    private const int TextObjectId = 25;
    private const int HeaderBytes = 19;
    private static readonly byte[] header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n\0"u8, 0, 0, 0, 0, 0, 0, 0, 0];

    private byte[] _bytes = new byte[64 * 1024];
    private int _length;

    /// <summary>What was encoded since the last <see cref="Clear"/>; valid until the next call.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, _length);

    public void Clear() => _length = 0;

    public void WriteHeader() => header.AsSpan(0, HeaderBytes).CopyTo(Take(HeaderBytes));

    public void WriteTrailer() => BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);

    public void StartRow(short fields) => BinaryPrimitives.WriteInt16BigEndian(Take(2), fields);

    public void WriteNull() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    public void WriteInt16(short value)
    {
        var span = Field(sizeof(short));
        BinaryPrimitives.WriteInt16BigEndian(span, value);
    }

    public void WriteInt32(int value)
    {
        var span = Field(sizeof(int));
        BinaryPrimitives.WriteInt32BigEndian(span, value);
    }

    public void WriteInt64(long value)
    {
        var span = Field(sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(span, value);
    }

    /// <summary>A <c>timestamptz</c>; what does not fit is a fault of the caller, who had a partition for it.</summary>
    public void WriteTimestamp(long unixMilliseconds) => WriteInt64(checked((unixMilliseconds - PostgresEpochMilliseconds) * 1_000));

    public void WriteUuid(Guid value) => _ = value.TryWriteBytes(Field(16), bigEndian: true, out _); // 16 bytes always fit in 16

    public void WriteBytes(ReadOnlySpan<byte> value) => value.CopyTo(Field(value.Length));

    public void WriteBytesOrNull(byte[]? value)
    {
        if (value is null)
            WriteNull();
        else
            WriteBytes(value);
    }

    public void WriteText(string value)
    {
        value = PostgresText.Storable(value);
        var span = Field(Encoding.UTF8.GetByteCount(value));
        _ = Encoding.UTF8.GetBytes(value, span);
    }

    public void WriteTextOrNull(string? value)
    {
        if (value is null)
            WriteNull();
        else
            WriteText(value);
    }

    /// <summary>A <c>text[]</c>: dimensions (0 when empty), has-NULLs, element type, then per dimension its length and lower bound, then
    /// elements.</summary>
    public void WriteTextArrayOrNull(string[]? values)
    {
        if (values is null)
        {
            WriteNull();
            return;
        }
        var lengthAt = _length;
        _ = Take(4);
        var prefix = Take(values.Length == 0 ? 12 : 20);
        prefix.Clear();
        BinaryPrimitives.WriteInt32BigEndian(prefix[8..], TextObjectId);
        if (values.Length > 0)
        {
            BinaryPrimitives.WriteInt32BigEndian(prefix, 1);
            BinaryPrimitives.WriteInt32BigEndian(prefix[12..], values.Length);
            BinaryPrimitives.WriteInt32BigEndian(prefix[16..], 1);
        }
        foreach (var value in values)
            WriteText(value);
        BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(lengthAt), _length - lengthAt - 4);
    }

    private Span<byte> Field(int length)
    {
        BinaryPrimitives.WriteInt32BigEndian(Take(4), length);
        return Take(length);
    }

    private Span<byte> Take(int count)
    {
        if (count > _bytes.Length - _length)
            Array.Resize(ref _bytes, checked((int)Math.Min(Array.MaxLength, Math.Max((long)_bytes.Length * 2, (long)_length + count))));
        var span = _bytes.AsSpan(_length, count);
        _length += count;
        return span;
    }
}
