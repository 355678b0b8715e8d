namespace AuditStream.App.Configuration;

/// <summary>What kind of thing a setting is.</summary>
public enum SettingKind
{
    /// <summary>One value.</summary>
    Scalar,

    /// <summary>A list of values or of sections.</summary>
    List,

    /// <summary>Values or sections by name.</summary>
    Dictionary,

    /// <summary>A section with settings of its own.</summary>
    Section,
}
