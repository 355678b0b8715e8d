namespace AuditStream.Core.Tests.Parity;

/// <summary>A Connect schema, from which Connect's converters write JSON and Avro.</summary>
/// <param name="Type"><c>int32</c>, <c>int64</c>, <c>double</c>, <c>boolean</c>, <c>string</c>, <c>bytes</c>, <c>struct</c> or <c>array</c>.</param>
/// <param name="Name">The semantic name; null without.</param>
internal sealed record ConnectType(string Type, string? Name = null)
{
    /// <summary>Whether the value may be null.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The default, a text; null without.</summary>
    public string? Default { get; init; }

    /// <summary>The parameters of a semantic type.</summary>
    public IReadOnlyList<(string Name, string Value)> Parameters { get; init; } = [];

    /// <summary>The fields of a struct; its value is an array of their values.</summary>
    public IReadOnlyList<(string Name, ConnectType Type)> Fields { get; init; } = [];

    /// <summary>The type of an array's elements.</summary>
    public ConnectType? Items { get; init; }

    /// <summary>The value as converters write it by default: a NULL of a column with a default is the default.</summary>
    public object? Written(object? value) => value ?? (IsOptional ? Default : null);
}
