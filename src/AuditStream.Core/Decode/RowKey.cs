using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>Keys out of rows, for records that have no key of their own: they name its columns, or configuration does.</summary>
/// <remarks>Inside a key every number is a JSON string in plain digits, so that a row keeps its key when a converter changes.</remarks>
internal static class RowKey
{
    /// <summary>Takes the configured key columns from the row, when the record has no key and every one of them is known; and from the row
    /// before an update, which may have moved it.</summary>
    public static void Take(TableState table, RowChange change) => Take(table.ConfiguredKey(), change);

    /// <summary>Takes key columns from the row in the same way.</summary>
    /// <param name="layout">The columns; null when nothing names them.</param>
    /// <param name="change">The change, its images filled.</param>
    public static void Take(ColumnLayout? layout, RowChange change)
    {
        var row = change.After.IsPresent ? change.After : change.Before;
        if (layout is null || change.Key.IsPresent || !row.IsPresent)
            return;
        Take(row, layout, change, change.Key);
        if (change.Facts.Operation != ChangeOperation.Update || !change.Key.IsPresent || !change.Before.IsPresent)
            return;
        // Not the record's key, so the connector did not make two halves of an update that moved the row.
        Take(change.Before, layout, change, change.PreviousKey);
        if (change.PreviousKey.IsPresent && IsSameKey(change))
            change.PreviousKey.Reset(ColumnLayout.Empty, ImageExtent.None);
    }

    /// <summary>A number of a key as a JSON string in plain digits.</summary>
    public static Value NumberString(ReadOnlySpan<byte> number, ByteWriter scratch)
    {
        var start = scratch.Length;
        scratch.Write((byte)'"');
        if (!NumberText.TryWritePlain(number, scratch))
            scratch.Write(number);
        scratch.Write((byte)'"');
        return new Value(ValueKind.Known, ValueTraits.None, TextPlace.Scratch, start, scratch.Length - start);
    }

    /// <summary>Writes a key as a JSON object in canonical form.</summary>
    public static void Write(RowChange change, RowImage key, ByteWriter output)
    {
        var layout = key.Layout;
        for (var column = 0; column < layout.Count; column++)
        {
            output.Write(column == 0 ? (byte)'{' : (byte)',');
            output.Write(layout.NameTokens[column]);
            output.Write((byte)':');
            output.Write(change.TextOf(key.Values[column]));
        }

        output.Write((byte)'}');
    }

    private static void Take(RowImage row, ColumnLayout layout, RowChange change, RowImage key)
    {
        key.Reset(layout, ImageExtent.Full);
        for (var column = 0; column < layout.Count; column++)
        {
            var place = Array.BinarySearch(row.Layout.Names, layout.Names[column], StringComparer.Ordinal);
            var value = place < 0 ? Value.Absent : row.Values[place];
            if (value.Kind is not (ValueKind.Known or ValueKind.Null))
            {
                key.Reset(ColumnLayout.Empty, ImageExtent.None);
                return;
            }

            var text = change.TextOf(value);
            key.Values[column] = value.Kind == ValueKind.Known && text[0] is (byte)'-' or (>= (byte)'0' and <= (byte)'9')
                ? NumberString(text, change.Scratch)
                : value;
        }
    }

    private static bool IsSameKey(RowChange change)
    {
        for (var column = 0; column < change.Key.Layout.Count; column++)
        {
            if (!change.TextOf(change.Key.Values[column]).SequenceEqual(change.TextOf(change.PreviousKey.Values[column])))
                return false;
        }

        return true;
    }
}
