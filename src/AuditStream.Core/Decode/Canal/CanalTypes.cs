using AuditStream.Core.Decode.Connect;

namespace AuditStream.Core.Decode.Canal;

/// <summary>What the names of types in a message of Canal mean: in <c>mysqlType</c> that of a JSON document, in <c>sqlType</c> the number of bytes. All else
/// is text.</summary>
internal static class CanalTypes
{
    /// <summary>In <c>mysqlType</c>.</summary>
    public const string Json = "json";

    /// <summary>In <c>sqlType</c>.</summary>
    public const string Blob = "2004";

    private static readonly Dictionary<string, (ColumnType Type, ValueCoding Coding)> Named = new(StringComparer.Ordinal)
    {
        [Json] = (ColumnType.Json, ValueCoding.Json),
        [Blob] = (ColumnType.Bytes, ValueCoding.Latin1Bytes),
    };

    /// <summary>Every name that has a meaning, with the type that it stands for.</summary>
    public static IEnumerable<(string Name, ColumnType Type)> Names => Named.Select(entry => (entry.Key, entry.Value.Type));

    /// <summary>The meaning of a type's name.</summary>
    public static (ColumnType Type, ValueCoding Coding) MeaningOf(string name) => Named.GetValueOrDefault(name);
}
