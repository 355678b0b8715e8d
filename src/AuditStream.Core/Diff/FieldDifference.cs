namespace AuditStream.Core.Diff;

/// <summary>What is proven about one column of a change.</summary>
public enum FieldDifference : byte
{
    /// <summary>Not proven either way.</summary>
    Unknown,

    /// <summary>Proven equal before and after.</summary>
    Unchanged,

    /// <summary>Proven different, or new, or gone.</summary>
    Changed,
}
