using System.Collections;
using AuditStream.Core.Flow;
using Confluent.Kafka;

namespace AuditStream.Streams.Clients;

/// <summary>A record's headers as the rooms see them; filled again for every record.</summary>
internal sealed class HeaderView : IReadOnlyList<RecordHeader>
{
    private readonly List<RecordHeader> headers = [];

    /// <inheritdoc/>
    public int Count => headers.Count;

    /// <inheritdoc/>
    public RecordHeader this[int index] => headers[index];

    /// <inheritdoc/>
    public IEnumerator<RecordHeader> GetEnumerator() => headers.GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Shows another record's headers.</summary>
    internal IReadOnlyList<RecordHeader> Show(Headers? source)
    {
        if (source is null || source.Count == 0)
            return [];
        headers.Clear();
        foreach (var header in source.BackingList)
        {
            // Two calls, because a conditional expression would make empty memory of null, by way of byte[].
            if (header.GetValueBytes() is { } bytes)
                headers.Add(new RecordHeader(header.Key, bytes));
            else
                headers.Add(new RecordHeader(header.Key, Value: null));
        }
        return this;
    }
}
