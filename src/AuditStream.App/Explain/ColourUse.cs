namespace AuditStream.App.Explain;

/// <summary>When a page is coloured.</summary>
public enum ColourUse
{
    /// <summary>On a terminal that shows colours, unless <c>NO_COLOR</c> is set.</summary>
    Auto,

    /// <summary>Always.</summary>
    Always,

    /// <summary>Never.</summary>
    Never,
}
