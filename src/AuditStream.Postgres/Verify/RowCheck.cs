using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuditStream.Core.Identity;
using AuditStream.Core.Sink;

namespace AuditStream.Postgres.Verify;

/// <summary>Recomputes every scalar column of a row from its body. Not thread-safe.</summary>
internal sealed class RowCheck
{
    private const int StackBytes = 512;
    private const int ArrayHeaderBytes = 12;
    private readonly EventBodyReader reader = new(fingerprint: "");

    /// <summary>The first column that is not what the body says; null: none.</summary>
    public string? Difference(in CopiedRow row) => PlainBody.Fits(row) ? null : ReadDifference(row);

    /// <summary>As <see cref="Difference"/>, by reading the body as JSON.</summary>
    internal string? ReadDifference(in CopiedRow row)
    {
        EventColumns columns;
        try
        {
            columns = reader.Read(row.Body);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return "body";
        }
        if (columns.EventId is not { } eventId || columns.OccurredAtMicroseconds is not { } occurredAt)
            return "body";
        var key = row.Body[columns.Key];
        return row.OccurredAt != occurredAt / 1_000 * 1_000 ? "occurred_at"
            : row.EventId != eventId ? "event_id"
            : row.EventUid.Length != SHA256.HashSizeInBytes || EventIdentity.IdOf(occurredAt / 1_000, row.EventUid) != eventId ? "event_uid"
            : !Same(row, 6, columns.Operation) ? "operation"
            : !Same(row, 7, columns.Source) ? "source"
            : !Same(row, 8, columns.Schema ?? columns.Database) ? "schema_name"
            : !Same(row, 9, columns.Table) ? "table_name"
            : key.IsEmpty ? row.IsNull(10) && row.IsNull(11) ? Rest(row, columns) : "key"
            : !row.Of(10).SequenceEqual(key) && !Same(row, 10, Encoding.UTF8.GetString(key)) ? "key"
            : !IsHash(row.KeyHash, key) ? "key_hash"
            : Rest(row, columns);
    }

    private static string? Rest(in CopiedRow row, in EventColumns columns) =>
        !SameArray(row, 12, columns.Changed) ? "changed"
        : !Same(row, 13, columns.TransactionId) ? "transaction_id"
        : !Same(row, 14, columns.Actor) ? "actor"
        : !Same(row, 15, columns.Position) ? "source_position"
        : null;

    private static bool IsHash(ReadOnlySpan<byte> stored, ReadOnlySpan<byte> of)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(of, hash);
        return stored.SequenceEqual(hash);
    }

    private static bool Same(in CopiedRow row, int field, string? expected) =>
        row.IsNull(field) ? expected is null : expected is not null && Same(row.Of(field), expected);

    private static bool Same(ReadOnlySpan<byte> stored, string expected)
    {
        Span<byte> bytes = stackalloc byte[StackBytes];
        return Encoding.UTF8.TryGetBytes(expected, bytes, out var length) && stored.SequenceEqual(bytes[..length])
            || stored.SequenceEqual(Encoding.UTF8.GetBytes(PostgresText.Storable(expected)));
    }

    // Dimensions, has-NULLs, element type; per dimension its length and lower bound; then each element behind its length.
    private static bool SameArray(in CopiedRow row, int field, string[]? expected)
    {
        if (row.IsNull(field) || expected is null)
            return row.IsNull(field) == expected is null;
        var bytes = row.Of(field);
        if (expected.Length == 0)
            return bytes.Length == ArrayHeaderBytes;
        if (bytes.Length < ArrayHeaderBytes + 8 || BinaryPrimitives.ReadInt32BigEndian(bytes) != 1
            || BinaryPrimitives.ReadInt32BigEndian(bytes[ArrayHeaderBytes..]) != expected.Length)
        {
            return false;
        }
        var position = ArrayHeaderBytes + 8;
        foreach (var value in expected)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes[position..]);
            if (length < 0 || !Same(bytes.Slice(position + 4, length), value))
                return false;
            position += 4 + length;
        }
        return true;
    }
}
