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
    public static bool HasDocuments(in EnvelopeView view) =>
        view.Members.Slice(EnvelopeMember.Before).Token == JsonToken.String || view.Members.Slice(EnvelopeMember.After).Token == JsonToken.String;

    /// <summary>Reads both images into the change.</summary>
    public Rejection? Read(in EnvelopeView view, TableState table, RowChange change)
    {
        var fault = FindShape(view, EnvelopeMember.Before, table, beforeText, beforeTape, out var before);
        if (fault is not null)
            return fault;
        fault = FindShape(view, EnvelopeMember.After, table, afterText, afterTape, out var after);
        if (fault is not null)
            return fault;
        var pair = table.Pair(before, after);
        change.Before.Reset(pair.Layout, before is null ? ImageExtent.None : ImageExtent.Full);
        change.After.Reset(pair.Layout, after is null ? ImageExtent.None : ImageExtent.Full);
        if (before is not null)
        {
            Fill(beforeText.Written, beforeTape, pair.BeforeColumns, change.Before, change.Scratch);
            change.DeliveredBefore = view.Delivered(EnvelopeMember.Before);
        }

        if (after is not null)
        {
            Fill(afterText.Written, afterTape, pair.AfterColumns, change.After, change.Scratch);
            change.DeliveredAfter = view.Delivered(EnvelopeMember.After);
        }

        return null;
    }

    private static Rejection? FindShape(
        in EnvelopeView view, int member, TableState table, ByteWriter text, JsonTape tape, out RowShape? shape)
    {
        shape = null;
        var slice = view.Members.Slice(member);
        if (slice.Token is JsonToken.None or JsonToken.Null)
            return null;
        text.Clear();
        var position = 0;
        if (slice.Token == JsonToken.String && JsonText.Unescape(slice.ContentOf(view.Text), text)
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
