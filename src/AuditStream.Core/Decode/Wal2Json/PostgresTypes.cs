using AuditStream.Core.Decode.Connect;

namespace AuditStream.Core.Decode.Wal2Json;

/// <summary>What PostgreSQL's names of types mean, with their modifiers (<c>numeric(5,2)</c>) or without (<c>int4</c>).</summary>
/// <remarks>Dates and times stay as they are: their text follows the server's DateStyle.</remarks>
internal static class PostgresTypes
{
    /// <summary>The meaning of a type's name.</summary>
    public static (ColumnType Type, ValueCoding Coding) MeaningOf(string name)
    {
        if (name.EndsWith(']'))
            return (ColumnType.Untyped, ValueCoding.Untyped);
        var modifier = name.IndexOf('(', StringComparison.Ordinal);
        return (modifier < 0 ? name : name[..modifier]) switch
        {
            "smallint" or "integer" or "int2" or "int4" => (ColumnType.Int32, ValueCoding.BareNumber),
            "bigint" or "int8" => (ColumnType.Int64, ValueCoding.NumberAsText),
            "numeric" => (ColumnType.Decimal, ValueCoding.NumberAsText),
            "real" or "float4" => (ColumnType.Float32, ValueCoding.BareNumber),
            "double precision" or "float8" => (ColumnType.Float64, ValueCoding.BareNumber),
            "boolean" or "bool" => (ColumnType.Boolean, ValueCoding.Boolean),
            "bytea" => (ColumnType.Bytes, ValueCoding.HexBytes),
            "json" or "jsonb" => (ColumnType.Json, ValueCoding.Json),
            "text" or "character varying" or "varchar" or "character" or "bpchar" => (ColumnType.String, ValueCoding.Text),
            "uuid" => (ColumnType.Uuid, ValueCoding.Text),
            "xml" => (ColumnType.Xml, ValueCoding.Text),
            _ => (ColumnType.Untyped, ValueCoding.Untyped),
        };
    }
}
