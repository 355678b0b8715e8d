namespace AuditStream.Core.Decode;

/// <summary>How much of a row an image holds. The wire name is the member's name in lower case.</summary>
public enum ImageExtent : byte
{
    /// <summary>No image.</summary>
    None,

    /// <summary>The key columns only; fillers in the other columns are not values.</summary>
    Key,

    /// <summary>Some columns: outside of them nothing is known.</summary>
    Partial,

    /// <summary>Every column that the source publishes.</summary>
    Full,
}
