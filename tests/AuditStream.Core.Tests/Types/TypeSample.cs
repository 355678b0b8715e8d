namespace AuditStream.Core.Tests.Types;

/// <summary>A column's value as a dialect writes it.</summary>
/// <param name="Dialect">The dialect.</param>
/// <param name="Written">The value, as JSON.</param>
internal sealed record TypeSample(Dialect Dialect, string Written)
{
    /// <summary>The type in the record's own schema; Debezium's.</summary>
    public ConnectType? Connect { get; init; }

    /// <summary>The name that the record itself gives to the type, in the words of the database or of Avro.</summary>
    public string Declared { get; init; } = "";

    /// <summary>The setting of the connector that makes it write so; none for its default.</summary>
    public string Setting { get; init; } = "";

    /// <summary>Writes the datum; Avro's.</summary>
    public Action<Decode.Avro.AvroWriter>? Datum { get; init; }

    /// <summary>JSON in a string.</summary>
    public static string Quoted(string json) => $"\"{json.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    public static TypeSample Debezium(ConnectType type, string written, string setting = "") =>
        new(Dialect.Debezium, written) { Connect = type, Setting = setting };

    public static TypeSample Document(string written) => new(Dialect.Document, written);

    public static TypeSample Avro(string declared, string written, Action<Decode.Avro.AvroWriter> datum) =>
        new(Dialect.Avro, written) { Declared = declared, Datum = datum };

    public static TypeSample Dms(string written, string setting = "") => new(Dialect.Dms, written) { Setting = setting };

    public static TypeSample Maxwell(string written) => new(Dialect.Maxwell, written);

    public static TypeSample Canal(string written, string declared = "") => new(Dialect.Canal, written) { Declared = declared };

    public static TypeSample Wal2Json(string declared, string written, string setting = "") =>
        new(Dialect.Wal2Json, written) { Declared = declared, Setting = setting };

    public static TypeSample GoldenGate(string written) => new(Dialect.GoldenGate, written);

    public static TypeSample Trigger(string written) => new(Dialect.Trigger, written);

    public static TypeSample DynamoDb(string declared, string written) => new(Dialect.DynamoDb, written) { Declared = declared };
}
