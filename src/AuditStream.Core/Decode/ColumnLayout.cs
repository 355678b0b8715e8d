namespace AuditStream.Core.Decode;

/// <summary>The columns of a change, in canonical order (UTF-16 code units of the name). Cached and shared: compare by reference.</summary>
public sealed class ColumnLayout
{
    private readonly bool[]? hidden;

    /// <summary>Makes a layout of columns that are in canonical order already.</summary>
    /// <param name="names">The names.</param>
    /// <param name="nameTokens">The names as canonical JSON strings.</param>
    /// <param name="types">The types.</param>
    /// <param name="hidden">By column: whether its values are keyed hashes of the row's own; null when none are.</param>
    public ColumnLayout(string[] names, byte[][] nameTokens, ColumnType[] types, bool[]? hidden = null)
    {
        Names = names;
        NameTokens = nameTokens;
        Types = types;
        this.hidden = hidden;
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

    /// <summary>True when the values of a column are hidden.</summary>
    public bool HasHidden => hidden is not null;

    /// <summary>True when this column's values are not the row's own but keyed hashes of them: a policy hid them before the change travelled.</summary>
    public bool IsHidden(int column) => hidden is not null && hidden[column];
}
