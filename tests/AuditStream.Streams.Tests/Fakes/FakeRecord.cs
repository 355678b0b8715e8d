using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>A produced record, copied.</summary>
internal sealed record FakeRecord(
    string Topic, string? Key, string? Value, long Timestamp, IReadOnlyList<(string Name, string? Value)> Headers)
{
    internal int? Partition { get; init; }

    /// <summary>The value as it is; <see cref="Value"/> is its text.</summary>
    internal byte[]? Bytes { get; init; }

    internal static FakeRecord Of(in OutgoingRecord record) => new(
        record.Topic,
        Text(record.Key),
        Text(record.Value),
        record.TimestampMilliseconds,
        [.. record.Headers.Select(header => (header.Name, Text(header.Value)))]) { Partition = record.Partition, Bytes = record.Value?.ToArray() };

    internal string? Header(string name) => Headers.LastOrDefault(header => header.Name == name).Value;

    private static string? Text(ReadOnlyMemory<byte>? bytes) => bytes is { } memory ? Encoding.UTF8.GetString(memory.Span) : null;
}
