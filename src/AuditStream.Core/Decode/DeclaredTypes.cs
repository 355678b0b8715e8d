using System.Text;
using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode;

/// <summary>The types of a row's columns where the record names them in the words of its database, as the schema of a struct. Kept by their
/// text, so that rows of a table share it.</summary>
internal sealed class DeclaredTypes
{
    /// <summary>How many rows' types are kept; then all are forgotten and worked out again.</summary>
    public const int MaxRows = 1_000;

    /// <summary>How long the text of kept types may be, in bytes; longer ones are worked out each time.</summary>
    public const int MaxKeptBytes = 65_536;

    private readonly Dictionary<byte[], ConnectSchema> byText = new(ByteKeyComparer.Instance);
    private readonly ByteWriter text = new(256);
    private readonly Func<string, (ColumnType Type, ValueCoding Coding)> meaning;

    /// <summary>Makes an empty catalog.</summary>
    /// <param name="meaning">What a type's name means.</param>
    public DeclaredTypes(Func<string, (ColumnType Type, ValueCoding Coding)> meaning) => this.meaning = meaning;

    /// <summary>Starts the columns of a row.</summary>
    public void Clear() => text.Clear();

    /// <summary>Adds a column's name and type, as written.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> type)
    {
        // Neither holds a line feed unescaped.
        text.Write(name);
        text.Write((byte)'\n');
        text.Write(type);
        text.Write((byte)'\n');
    }

    /// <summary>The types of the columns that were added; null without a column.</summary>
    public ConnectSchema? Find()
    {
        if (text.Length == 0)
            return null;
        var lookup = byText.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (lookup.TryGetValue(text.Written, out var known))
            return known;
        if (byText.Count >= MaxRows)
            byText.Clear();
        var made = Make(Encoding.UTF8.GetString(text.Written).Split('\n'));
        if (text.Length <= MaxKeptBytes)
            lookup[text.Written] = made;
        return made;
    }

    private ConnectSchema Make(string[] parts)
    {
        var fields = new ConnectSchema[parts.Length / 2];
        var names = new byte[fields.Length][];
        var plain = new ByteWriter(64);
        for (var column = 0; column < fields.Length; column++)
        {
            plain.Clear();
            JsonText.Unescape(Encoding.UTF8.GetBytes(parts[2 * column]), plain);
            names[column] = plain.Written.ToArray();
            var (type, coding) = meaning(parts[2 * column + 1]);
            fields[column] = new ConnectSchema { Type = type, Coding = coding, IsOptional = true };
        }

        return new ConnectSchema { Type = ColumnType.Struct, Coding = ValueCoding.Struct, Fields = fields, FieldNames = names };
    }
}
