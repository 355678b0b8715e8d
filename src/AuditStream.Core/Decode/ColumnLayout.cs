namespace AuditStream.Core.Decode;

/// <summary>The columns of a change, in canonical order (UTF-16 code units of the name). Cached and shared: compare by reference.</summary>
public sealed class ColumnLayout
{
    /// <summary>Makes a layout of columns that are in canonical order already.</summary>
    public ColumnLayout(string[] names, byte[][] nameTokens, ColumnType[] types)
    {
        Names = names;
        NameTokens = nameTokens;
        Types = types;
    }

    /// <summary>A layout without columns.</summary>
    public static ColumnLayout Empty { get; } = new([], [], []);

    /// <summary>The number of columns.</summary>
    public int Count => Names.Length;

    /// <summary>The names.</summary>
    public string[] Names { get; }

    /// <summary>The names as canonical JSON strings in UTF-8, quotes included.</summary>
    public byte[][] NameTokens { get; }

    /// <summary>The types; <see cref="ColumnType.Untyped"/> without a schema.</summary>
    public ColumnType[] Types { get; }
}
