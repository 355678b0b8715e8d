namespace AuditStream.App.Configuration;

/// <summary>Whether the last image of each row is kept.</summary>
public enum ImageState
{
    /// <summary>No.</summary>
    Off,

    /// <summary>Yes.</summary>
    On,
}
