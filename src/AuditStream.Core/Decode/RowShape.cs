using System.Text;
using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>The columns of one delivered object in the order of delivery, with their types. Cached and shared.</summary>
internal sealed class RowShape
{
    private readonly NameSequence sequence;
    private readonly ConnectSchema? schema;

    private RowShape(NameSequence sequence, ConnectSchema? schema, string[] names, ConnectSchema?[] columns)
    {
        this.sequence = sequence;
        this.schema = schema;
        Names = names;
        Columns = columns;
    }

    /// <summary>The columns' names.</summary>
    public string[] Names { get; }

    /// <summary>The columns' schemas; null for a column without.</summary>
    public ConnectSchema?[] Columns { get; }

    /// <summary>True when a schema types the columns.</summary>
    public bool IsTyped => schema is not null;

    /// <summary>True when an object of these members has this shape.</summary>
    public bool Matches(ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members, ConnectSchema? withSchema) =>
        ReferenceEquals(schema, withSchema) && sequence.Matches(text, members);

    /// <summary>Makes the shape of an object of these members; null when a name is there twice, or holds U+0000 or a lone
    /// surrogate.</summary>
    public static RowShape? Of(ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members, ConnectSchema? schema)
    {
        var names = new string[members.Length];
        var columns = new ConnectSchema?[members.Length];
        var name = new ByteWriter(64);
        var seen = new HashSet<string>(names.Length, StringComparer.Ordinal);
        for (var index = 0; index < names.Length; index++)
        {
            name.Clear();
            if (!JsonText.Unescape(members[index].NameOf(text), name))
                return null;
            names[index] = Encoding.UTF8.GetString(name.Written);
            columns[index] = schema?.Field(name.Written, index);
            if (!seen.Add(names[index]))
                return null;
        }

        return new RowShape(new NameSequence(text, members), schema, names, columns);
    }
}
