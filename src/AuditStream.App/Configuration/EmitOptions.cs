namespace AuditStream.App.Configuration;

/// <summary>What an event carries.</summary>
public sealed class EmitOptions
{
    /// <summary>The row images in an event: full (before and after), after, or none.</summary>
    /// <value>full</value>
    public EmitImages Images { get; set; } = EmitImages.Full;
}
