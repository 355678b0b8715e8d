using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>One image of a row as a record gives it.</summary>
internal readonly ref struct GivenRow
{
    /// <summary>Makes an image that is there.</summary>
    /// <param name="members">Its columns.</param>
    /// <param name="extent">How much of the row they are.</param>
    /// <param name="start">Where the image stands in the record.</param>
    /// <param name="types">The columns' types; null when the record does not tell them.</param>
    public GivenRow(ReadOnlySpan<TapeMember> members, ImageExtent extent, int start, ConnectSchema? types = null)
    {
        Members = members;
        Extent = extent;
        Start = start;
        Types = types;
    }

    /// <summary>The columns.</summary>
    public ReadOnlySpan<TapeMember> Members { get; }

    /// <summary>How much of the row they are; <see cref="ImageExtent.None"/> for no image.</summary>
    public ImageExtent Extent { get; }

    /// <summary>Where the image stands in the record, in bytes.</summary>
    public int Start { get; }

    /// <summary>The columns' types; null when the record does not tell them.</summary>
    public ConnectSchema? Types { get; }
}
