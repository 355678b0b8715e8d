using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium;

/// <summary>Reads the images of MongoDB's connector: documents as JSON text in a string. Their top members are the columns.</summary>
/// <remarks>Extended JSON (<c>$oid</c>, <c>$numberLong</c> …) stays as it is. An image is there only when it is whole.</remarks>
internal sealed class DocumentReader
{
    private readonly ValueConverter values;
    private readonly ByteWriter beforeText = new();
    private readonly ByteWriter afterText = new();
    private readonly JsonTape beforeTape = new();
    private readonly JsonTape afterTape = new();

    /// <summary>Makes a reader.</summary>
    public DocumentReader(ValueConverter values) => this.values = values;

    /// <summary>True when an image is a document in a string.</summary>
    public static bool HasDocuments(in DeliveredImage before, in DeliveredImage after) =>
        before.Slice.Token == JsonToken.String || after.Slice.Token == JsonToken.String;

    /// <summary>Reads both images into the change.</summary>
    public Rejection? Read(in DeliveredImage before, in DeliveredImage after, TableState table, RowChange change)
    {
        var fault = FindShape(before, table, beforeText, beforeTape, out var beforeShape);
        if (fault is not null)
            return fault;
        fault = FindShape(after, table, afterText, afterTape, out var afterShape);
        if (fault is not null)
            return fault;
        var pair = table.Pair(beforeShape, afterShape);
        change.Before.Reset(pair.Layout, beforeShape is null ? ImageExtent.None : ImageExtent.Full);
        change.After.Reset(pair.Layout, afterShape is null ? ImageExtent.None : ImageExtent.Full);
        if (beforeShape is not null)
        {
            Fill(beforeText.Written, beforeTape, pair.BeforeColumns, change.Before, change.Scratch);
            change.DeliveredBefore = before.Delivered;
        }

        if (afterShape is not null)
        {
            Fill(afterText.Written, afterTape, pair.AfterColumns, change.After, change.Scratch);
            change.DeliveredAfter = after.Delivered;
        }

        return null;
    }

    private static Rejection? FindShape(
        in DeliveredImage image, TableState table, ByteWriter text, JsonTape tape, out RowShape? shape)
    {
        shape = null;
        if (image.IsNull)
            return null;
        var slice = image.Slice;
        text.Clear();
        var position = 0;
        if (slice.Token == JsonToken.String && JsonText.Unescape(slice.ContentOf(image.Text), text)
            && text.Written.StartsWith("{"u8) && tape.Read(text.Written, ref position) == JsonFault.None && position == text.Length)
            shape = table.Rows.Find(text.Written, tape.Outer, schema: null);
        return shape is null
            ? new Rejection(RejectionCode.InvalidMember, "An image is no document of JSON in a string.", slice.Start)
            : null;
    }

    private void Fill(ReadOnlySpan<byte> text, JsonTape tape, int[] columns, RowImage image, ByteWriter scratch)
    {
        for (var index = 0; index < columns.Length; index++)
        {
            // Without a schema every value fits.
            values.TryCopy(text, tape.Outer[index].Slice, schema: null, scratch, out image.Values[columns[index]]);
        }
    }
}
