namespace AuditStream.App.Configuration;

/// <summary>Marks a setting whose value may be a secret: never printed, logged or hashed.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SensitiveAttribute : Attribute;
