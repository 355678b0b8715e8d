using AuditStream.Core.Flow;
using Confluent.Kafka;

namespace AuditStream.Streams.Clients;

/// <summary>Header lists that are filled again for every record, one per number of headers.</summary>
/// <remarks>An event has ten headers; a list, an object and an array for each would be 1 kB of garbage a record.</remarks>
internal sealed class ReusedHeaders
{
    private const int MaxReused = 32;
    private readonly Headers?[] lists = new Headers?[MaxReused + 1];
    private readonly List<ReusedHeader> slots = [];

    /// <summary>The headers in the library's form; valid until the next call. Null for none.</summary>
    internal Headers? Fill(IReadOnlyList<RecordHeader> headers)
    {
        if (headers.Count == 0)
            return null;
        if (headers.Count > MaxReused)
            return Anew(headers);
        while (slots.Count < headers.Count)
            slots.Add(new ReusedHeader());
        for (var index = 0; index < headers.Count; index++)
            slots[index].Set(headers[index].Name, headers[index].Value);
        return lists[headers.Count] ??= ListOf(headers.Count);
    }

    private static Headers Anew(IReadOnlyList<RecordHeader> headers)
    {
        var list = new Headers();
        foreach (var header in headers)
            list.Add(header.Name, header.Value?.ToArray());
        return list;
    }

    private Headers ListOf(int count)
    {
        var list = new Headers();
        for (var index = 0; index < count; index++)
            list.Add(slots[index]);
        return list;
    }
}
