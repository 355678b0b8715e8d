using AuditStream.Core.Decode.Connect;

namespace AuditStream.Core.Decode.Wal2Json;

/// <summary>What PostgreSQL's names of types mean, with their modifiers (<c>numeric(5,2)</c>) or without (<c>int4</c>).</summary>
/// <remarks>Dates and times stay as they are: their text follows the server's DateStyle.</remarks>
internal static class PostgresTypes
{
    private static readonly Dictionary<string, (ColumnType Type, ValueCoding Coding)> Named = new(StringComparer.Ordinal)
    {
        ["smallint"] = (ColumnType.Int32, ValueCoding.BareNumber),
        ["int2"] = (ColumnType.Int32, ValueCoding.BareNumber),
        ["integer"] = (ColumnType.Int32, ValueCoding.BareNumber),
        ["int4"] = (ColumnType.Int32, ValueCoding.BareNumber),
        ["bigint"] = (ColumnType.Int64, ValueCoding.NumberAsText),
        ["int8"] = (ColumnType.Int64, ValueCoding.NumberAsText),
        ["numeric"] = (ColumnType.Decimal, ValueCoding.NumberAsText),
        ["real"] = (ColumnType.Float32, ValueCoding.BareNumber),
        ["float4"] = (ColumnType.Float32, ValueCoding.BareNumber),
        ["double precision"] = (ColumnType.Float64, ValueCoding.BareNumber),
        ["float8"] = (ColumnType.Float64, ValueCoding.BareNumber),
        ["boolean"] = (ColumnType.Boolean, ValueCoding.Boolean),
        ["bool"] = (ColumnType.Boolean, ValueCoding.Boolean),
        ["bytea"] = (ColumnType.Bytes, ValueCoding.HexBytes),
        ["json"] = (ColumnType.Json, ValueCoding.Json),
        ["jsonb"] = (ColumnType.Json, ValueCoding.Json),
        ["text"] = (ColumnType.String, ValueCoding.Text),
        ["character varying"] = (ColumnType.String, ValueCoding.Text),
        ["varchar"] = (ColumnType.String, ValueCoding.Text),
        ["character"] = (ColumnType.String, ValueCoding.Text),
        ["bpchar"] = (ColumnType.String, ValueCoding.Text),
        ["uuid"] = (ColumnType.Uuid, ValueCoding.Text),
        ["xml"] = (ColumnType.Xml, ValueCoding.Text),
    };

    /// <summary>Every name that has a meaning, with the type that it stands for.</summary>
    public static IEnumerable<(string Name, ColumnType Type)> Names => Named.Select(entry => (entry.Key, entry.Value.Type));

    /// <summary>The meaning of a type's name.</summary>
    public static (ColumnType Type, ValueCoding Coding) MeaningOf(string name)
    {
        var modifier = name.IndexOf('(', StringComparison.Ordinal);
        // An array's name ends with brackets, and is no other's.
        var isArray = name.EndsWith(']');
        return isArray ? default : Named.GetValueOrDefault(modifier < 0 ? name : name[..modifier]);
    }
}
