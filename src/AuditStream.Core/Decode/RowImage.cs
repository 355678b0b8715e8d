namespace AuditStream.Core.Decode;

/// <summary>One image of a row or of its key: a value per column of the layout. Reused from change to change.</summary>
public sealed class RowImage
{
    private Value[] values = [];

    /// <summary>How much of the row is there; <see cref="ImageExtent.None"/> for no image at all.</summary>
    public ImageExtent Extent { get; set; }

    /// <summary>True when there is an image, were it only of the key.</summary>
    public bool IsPresent => Extent != ImageExtent.None;

    /// <summary>The columns; row images of one change share one layout, key images have layouts of their own.</summary>
    public ColumnLayout Layout { get; private set; } = ColumnLayout.Empty;

    /// <summary>The values by column of the layout.</summary>
    public Span<Value> Values => values.AsSpan(0, Layout.Count);

    /// <summary>Starts an image of this layout with every column absent.</summary>
    public void Reset(ColumnLayout layout, ImageExtent extent)
    {
        if (values.Length < layout.Count)
            values = new Value[Math.Max(layout.Count, 2 * values.Length)];
        Layout = layout;
        Extent = extent;
        Values.Clear();
    }

    /// <summary>Takes over another image.</summary>
    internal void CopyFrom(RowImage other)
    {
        Reset(other.Layout, other.Extent);
        other.Values.CopyTo(Values);
    }
}
