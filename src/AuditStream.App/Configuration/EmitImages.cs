namespace AuditStream.App.Configuration;

/// <summary>Which row images an event carries.</summary>
public enum EmitImages
{
    /// <summary>Before and after.</summary>
    Full,

    /// <summary>After only.</summary>
    After,

    /// <summary>None: the changed fields alone.</summary>
    None,
}
