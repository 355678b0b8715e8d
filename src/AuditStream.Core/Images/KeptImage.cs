using AuditStream.Core.Decode;
using AuditStream.Core.Json;
using AuditStream.Core.Packed;

namespace AuditStream.Core.Images;

/// <summary>The last known image of a row, and the raw record that it came from.</summary>
/// <remarks>
/// <code>
/// bytes      what, in the form of PackedWriting
/// 1          the version of this form: 1
/// 1          1: a snapshot or load read the row; 0: a change made it so
/// 1          how much of the row is known
/// text       the raw record's topic
/// numbers    its partition, its offset, and which of its changes it was
/// blob       the layout
/// values     one per column
/// </code>
/// </remarks>
internal sealed class KeptImage
{
    private const byte Version = 1;
    private static readonly int Extents = Enum.GetValues<ImageExtent>().Length;

    private readonly ReadOnlyMemory<byte> bytes;
    private readonly Value[] values;

    private KeptImage(ReadOnlyMemory<byte> bytes, in Origin origin, ColumnLayout layout, Value[] values)
    {
        this.bytes = bytes;
        this.values = values;
        From = origin;
        Layout = layout;
    }

    /// <summary>Where it came from.</summary>
    public Origin From { get; }

    /// <summary>The columns.</summary>
    public ColumnLayout Layout { get; }

    /// <summary>The values by column.</summary>
    public ReadOnlySpan<Value> Values => values;

    /// <summary>The canonical text of a known value.</summary>
    public ReadOnlySpan<byte> TextOf(in Value value) => bytes.Span.Slice(value.Start, value.Length);

    /// <summary>Begins an image in place of what was written before; the values follow, one per column of the layout.</summary>
    public static void Begin(ByteWriter to, ChangeFacts origin, int place, bool isLoad, ImageExtent extent, ColumnLayout layout, PackedLayouts layouts)
    {
        to.Clear();
        to.Write(Version);
        to.Write(isLoad ? (byte)1 : (byte)0);
        to.Write((byte)extent);
        to.WriteText(origin.Topic);
        to.WriteNumber((ulong)origin.Partition);
        to.WriteNumber((ulong)origin.Offset);
        to.WriteNumber((ulong)place);
        layouts.Write(to, layout);
    }

    /// <summary>Reads where an image came from.</summary>
    /// <exception cref="InvalidDataException">The bytes are no image that this version knows.</exception>
    public static Origin OriginOf(ReadOnlyMemory<byte> bytes)
    {
        var reader = new PackedReader(bytes.Span);
        var origin = Origin.Read(ref reader);
        return reader.IsSound ? origin : throw Strange();
    }

    /// <summary>Reads an image; it is valid as long as its bytes.</summary>
    /// <exception cref="InvalidDataException">The bytes are no image that this version knows.</exception>
    public static KeptImage Read(ReadOnlyMemory<byte> bytes, PackedLayouts layouts)
    {
        var reader = new PackedReader(bytes.Span);
        var origin = Origin.Read(ref reader);
        var layout = layouts.Read(ref reader);
        var values = new Value[layout.Count];
        PackedValues.Read(ref reader, values, TextPlace.Scratch);
        return reader.IsDone ? new KeptImage(bytes, origin, layout, values) : throw Strange();
    }

    private static InvalidDataException Strange() =>
        new("Reading a kept image failed: its bytes are not of a version that this program knows; empty the changelog topic and begin without images.");

    /// <summary>Where an image came from, and what it is.</summary>
    internal readonly record struct Origin(bool IsLoad, ImageExtent Extent, string Topic, int Partition, long Offset, int Place)
    {
        /// <summary>True for an image of the future: from this very place of a partition, or from a later one. After the group was set back a
        /// record is read again, and is older than what is kept.</summary>
        public bool IsNotBefore(ChangeFacts facts, int place) => IsNotBefore(facts.Topic, facts.Partition, facts.Offset, place);

        /// <inheritdoc cref="IsNotBefore(ChangeFacts, int)"/>
        public bool IsNotBefore(string topic, int partition, long offset, int place) =>
            (Offset > offset || (Offset == offset && Place >= place)) && Partition == partition && string.Equals(Topic, topic, StringComparison.Ordinal);

        internal static Origin Read(ref PackedReader reader)
        {
            if (reader.Byte() != Version)
                reader.Refuse();
            return new Origin(
                IsLoad: reader.Below(2) == 1, (ImageExtent)reader.Below(Extents), reader.Text() ?? "", reader.Count(), (long)reader.Number(), reader.Count());
        }
    }
}
