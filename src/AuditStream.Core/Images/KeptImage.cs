using AuditStream.Core.Decode;

namespace AuditStream.Core.Images;

/// <summary>The last known image of a row, and the raw record that it came from. Immutable.</summary>
public sealed class KeptImage
{
    /// <summary>What an image takes beside its values, in bytes, rounded up.</summary>
    private const int OverheadBytes = 256;

    private readonly Value[] values;
    private readonly byte[] text;

    internal KeptImage(ChangeFacts origin, int place, bool isLoad, ImageExtent extent, ColumnLayout layout, Value[] values, byte[] text)
    {
        Topic = origin.Topic;
        Partition = origin.Partition;
        Offset = origin.Offset;
        Place = place;
        IsLoad = isLoad;
        Extent = extent;
        Layout = layout;
        this.values = values;
        this.text = text;
    }

    /// <summary>The raw record's topic.</summary>
    public string Topic { get; }

    /// <summary>The raw record's partition.</summary>
    public int Partition { get; }

    /// <summary>The raw record's offset.</summary>
    public long Offset { get; }

    /// <summary>Which of the raw record's changes made it, from 0: a wrapper of other records holds several.</summary>
    public int Place { get; }

    /// <summary>True when the row was read by a snapshot or load; false when a change made it so.</summary>
    public bool IsLoad { get; }

    /// <summary>How much of the row is known.</summary>
    public ImageExtent Extent { get; }

    /// <summary>How much memory it takes, in bytes: an estimate from above.</summary>
    public int Bytes => OverheadBytes + (16 * values.Length) + text.Length;

    /// <summary>The columns.</summary>
    internal ColumnLayout Layout { get; }

    /// <summary>The values by column; the texts of known ones are this image's.</summary>
    internal ReadOnlySpan<Value> Values => values;

    /// <summary>True for an image of the future: from this very place of a partition, or from a later one. After the group was set back a
    /// record is read again, and is older than what is kept.</summary>
    internal bool IsNotBefore(ChangeFacts facts, int place) =>
        (Offset > facts.Offset || (Offset == facts.Offset && Place >= place)) && Partition == facts.Partition
        && string.Equals(Topic, facts.Topic, StringComparison.Ordinal);

    /// <summary>The canonical text of a known value.</summary>
    internal ReadOnlySpan<byte> TextOf(in Value value) => text.AsSpan(value.Start, value.Length);

    /// <summary>The same image, as the record that moves it to another key leaves it.</summary>
    internal KeptImage MovedBy(ChangeFacts origin, int place) => new(origin, place, isLoad: false, Extent, Layout, values, text);
}
