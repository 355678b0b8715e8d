namespace AuditStream.App.Configuration;

/// <summary>A checked configuration, and where each part of it was written.</summary>
/// <param name="Options">The settings.</param>
/// <param name="Origins">Where they come from.</param>
public sealed record LoadedConfiguration(AuditStreamOptions Options, SettingOrigins Origins);
