namespace AuditStream.App.Configuration;

/// <summary>One setting, as the list of keys shows it.</summary>
/// <param name="Path">The key; <c>[n]</c> stands for a place in a list and <c>{schema.table}</c> for a name: <c>Sources:[n]:Name</c>.</param>
/// <param name="Type">What a value is: <c>text</c>, <c>whole number 1 to 64</c>, <c>one of full, after, none</c> …</param>
/// <param name="Default">The value when nothing is configured; empty for none.</param>
/// <param name="Doc">The doc line of the setting, with its unit.</param>
/// <param name="IsSensitive">Whether a value may be a secret.</param>
public sealed record ConfigurationKey(string Path, string Type, string Default, string Doc, bool IsSensitive);
