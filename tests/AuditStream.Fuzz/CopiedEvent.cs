using System.Text;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;

namespace AuditStream.Fuzz;

/// <summary>An event that outlives the next one.</summary>
internal sealed record CopiedEvent(Guid Id, long TimestampMilliseconds, byte[] Key, byte[] Value, RecordHeader[] Headers)
{
    /// <summary>A copy of an event.</summary>
    public static CopiedEvent Of(AuditEvent one) => new(
        one.Id, one.TimestampMilliseconds, one.Key.ToArray(), one.Value.ToArray(),
        [.. one.Headers.Select(header => header with { Value = header.Value?.ToArray() })]);

    /// <summary>The text of a header.</summary>
    public string Header(string name) =>
        Encoding.UTF8.GetString(Headers.First(header => header.Name == name).Value.GetValueOrDefault().Span);

    /// <summary>True when all bytes are the same.</summary>
    public bool IsSameAs(CopiedEvent other) =>
        Id == other.Id && TimestampMilliseconds == other.TimestampMilliseconds && Key.AsSpan().SequenceEqual(other.Key)
        && Value.AsSpan().SequenceEqual(other.Value) && Headers.Length == other.Headers.Length
        && Headers.Zip(other.Headers).All(pair => pair.First.Name == pair.Second.Name
            && pair.First.Value.GetValueOrDefault().Span.SequenceEqual(pair.Second.Value.GetValueOrDefault().Span));
}
