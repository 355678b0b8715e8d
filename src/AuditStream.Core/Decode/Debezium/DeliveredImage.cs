using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium;

/// <summary>One image of a row as delivered: an object of columns, or for MongoDB a document in a string. Valid for one record.</summary>
internal readonly ref struct DeliveredImage
{
    /// <summary>Makes an image of a value.</summary>
    /// <param name="text">The text that the value and its members are in.</param>
    /// <param name="slice">The value.</param>
    /// <param name="members">The value's members; none when it is no object.</param>
    /// <param name="schema">The row's schema; null without.</param>
    /// <param name="delivered">The value's text, for the fact hash.</param>
    public DeliveredImage(
        ReadOnlySpan<byte> text, JsonSlice slice, ReadOnlySpan<TapeMember> members, ConnectSchema? schema, ReadOnlyMemory<byte> delivered)
    {
        Text = text;
        Slice = slice;
        Members = members;
        Schema = schema;
        Delivered = delivered;
    }

    /// <summary>True when there is no image.</summary>
    public bool IsNull => Slice.Token is JsonToken.None or JsonToken.Null;

    /// <summary>The text.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>The value.</summary>
    public JsonSlice Slice { get; }

    /// <summary>The columns.</summary>
    public ReadOnlySpan<TapeMember> Members { get; }

    /// <summary>The row's schema.</summary>
    public ConnectSchema? Schema { get; }

    /// <summary>The value's text as delivered.</summary>
    public ReadOnlyMemory<byte> Delivered { get; }
}
