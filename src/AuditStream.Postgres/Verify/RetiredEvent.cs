using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using AuditStream.Core.Sink;
using AuditStream.Postgres.Retire;
using Npgsql;

namespace AuditStream.Postgres.Verify;

/// <summary>Finds an event of a retired range in its archive.</summary>
internal static class RetiredEvent
{
    private const int IdBytes = 16;

    /// <summary>The retired partition of an event's time, which its id begins with; null: it is of no retired range.</summary>
    public static async Task<string?> RangeOfAsync(NpgsqlDataSource source, Guid eventId, CancellationToken cancellationToken)
    {
        Span<byte> bytes = stackalloc byte[IdBytes];
        _ = eventId.TryWriteBytes(bytes, bigEndian: true, out _); // sixteen bytes fit in sixteen
        var milliseconds = BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16;
        await using var command = source.CreateCommand("SELECT name FROM audit.tombstone WHERE extract(epoch FROM valid_from) * 1000 <= $1 AND extract(epoch FROM valid_to) * 1000 > $1");
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = milliseconds });
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string;
    }

    /// <summary>Reads the archive until the event comes; null: it does not.</summary>
    /// <exception cref="IOException">The archive is not there.</exception>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static (int Shard, long? Block, long StreamOffset, string Body)? Find(string archives, string partition, Guid eventId)
    {
        var text = Encoding.ASCII.GetBytes(eventId.ToString());
        var reader = new EventBodyReader(fingerprint: "");
        foreach (var row in ArchiveReader.Read(new ArchiveFolder(archives, partition).Events))
        {
            if (row.Body.Span.IndexOf(text) >= 0 && IsOf(reader, row.Body.Span, eventId))
                return (row.Shard, row.Block, row.StreamOffset, Encoding.UTF8.GetString(row.Body.Span));
        }
        return null;
    }

    private static bool IsOf(EventBodyReader reader, ReadOnlySpan<byte> body, Guid eventId)
    {
        try
        {
            return reader.Read(body).EventId == eventId;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
