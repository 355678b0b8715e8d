namespace AuditStream.Core.Decode;

/// <summary>What configuration says about the sources. Immutable; the same settings and the same record always give the same change.</summary>
public sealed record DecodeSettings
{
    /// <summary>The sources; a record belongs to the first whose <see cref="SourceSettings.TopicPattern"/> matches its topic.</summary>
    public IReadOnlyList<SourceSettings> Sources { get; init; } = [];
}
