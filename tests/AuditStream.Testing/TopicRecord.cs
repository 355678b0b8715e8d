using System.Text;

namespace AuditStream.Testing;

/// <summary>One record as a reader of committed records sees it.</summary>
public sealed record TopicRecord(
    string Topic, int Partition, long Offset, long TimestampMilliseconds, byte[]? Key, byte[]? Value, IReadOnlyList<KeyValuePair<string, byte[]?>> Headers)
{
    /// <summary>The first header of that name as text, or null.</summary>
    public string? Header(string name) =>
        Headers.FirstOrDefault(header => header.Key == name).Value is { } value ? Encoding.UTF8.GetString(value) : null;
}
