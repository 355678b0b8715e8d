namespace AuditStream.App.Configuration;

/// <summary>Where a setting was written.</summary>
/// <param name="Source">What kind of place.</param>
/// <param name="Place">The place as a person finds it: <c>audit.json line 7</c>, <c>AUDITSTREAM__STREAMS__THREADS</c>; empty where the kind says
/// it all.</param>
public sealed record SettingOrigin(SettingSource Source, string Place)
{
    /// <summary>The origin of what nobody has set.</summary>
    public static SettingOrigin Default { get; } = new(SettingSource.Default, "");

    /// <inheritdoc/>
    public override string ToString() => Source switch
    {
        SettingSource.File => Place,
        SettingSource.Environment => $"variable {Place}",
        SettingSource.CommandLine => "command line",
        _ => "default",
    };
}
