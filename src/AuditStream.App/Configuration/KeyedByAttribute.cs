namespace AuditStream.App.Configuration;

/// <summary>Says what the names in a dictionary setting are, for the list of keys.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KeyedByAttribute(string what) : Attribute
{
    /// <summary>What a name is: <c>schema.table</c>.</summary>
    public string What { get; } = what;
}
