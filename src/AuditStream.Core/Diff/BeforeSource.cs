namespace AuditStream.Core.Diff;

/// <summary>Where a before-image came from. The wire name is the member's name in lower case.</summary>
public enum BeforeSource : byte
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>The record.</summary>
    Record,

    /// <summary>The kept row image.</summary>
    State,
}
