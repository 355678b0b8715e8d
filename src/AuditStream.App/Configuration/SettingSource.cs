namespace AuditStream.App.Configuration;

/// <summary>Where a setting's value comes from; of two the later wins.</summary>
public enum SettingSource
{
    /// <summary>Nobody has set it.</summary>
    Default,

    /// <summary>The configuration file.</summary>
    File,

    /// <summary>A variable of the environment.</summary>
    Environment,

    /// <summary>The command line.</summary>
    CommandLine,
}
