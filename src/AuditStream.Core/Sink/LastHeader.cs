using AuditStream.Core.Flow;

namespace AuditStream.Core.Sink;

/// <summary>Finds headers by name, from the last to the first: what this product adds stands behind what a record brought.</summary>
internal static class LastHeader
{
    /// <summary>The value of the last header of that name; null when there is none, or none with a value.</summary>
    public static ReadOnlyMemory<byte>? Of(IReadOnlyList<RecordHeader> headers, string name)
    {
        var index = IndexOf(headers, name);
        return index < 0 ? null : headers[index].Value;
    }

    /// <summary>The index of the last header of that name; -1 when there is none.</summary>
    public static int IndexOf(IReadOnlyList<RecordHeader> headers, string name)
    {
        for (var i = headers.Count - 1; i >= 0; i--)
        {
            if (string.Equals(headers[i].Name, name, StringComparison.Ordinal))
                return i;
        }
        return -1;
    }
}
