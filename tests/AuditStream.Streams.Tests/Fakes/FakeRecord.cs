using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Streams.Ports;

namespace AuditStream.Streams.Tests.Fakes;

/// <summary>A produced record, copied.</summary>
internal sealed record FakeRecord(
    string Topic, string? Key, string? Value, long Timestamp, IReadOnlyList<(string Name, string? Value)> Headers)
{
    internal int? Partition { get; init; }

    internal static FakeRecord Of(in OutgoingRecord record) => new(
        record.Topic,
        Text(record.Key),
        Text(record.Value),
        record.TimestampMilliseconds,
        [.. record.Headers.Select(header => (header.Name, Text(header.Value)))]) { Partition = record.Partition };

    internal string? Header(string name) => Headers.LastOrDefault(header => header.Name == name).Value;

    private static string? Text(ReadOnlyMemory<byte>? bytes) => bytes is { } memory ? Encoding.UTF8.GetString(memory.Span) : null;
}
