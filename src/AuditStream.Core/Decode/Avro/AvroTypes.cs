using AuditStream.Core.Decode.Connect;

namespace AuditStream.Core.Decode.Avro;

/// <summary>What Avro's types mean in Connect's terms.</summary>
/// <remarks>A name that a Connect converter has left in the schema (<c>connect.name</c>) says most and wins. Without one, Avro's own logical
/// types count; those that Connect has no name for, in microseconds and nanoseconds, too.</remarks>
internal static class AvroTypes
{
    private static readonly Dictionary<string, AvroKind> Primitives = new(StringComparer.Ordinal)
    {
        ["null"] = AvroKind.Null,
        ["boolean"] = AvroKind.Boolean,
        ["int"] = AvroKind.Int,
        ["long"] = AvroKind.Long,
        ["float"] = AvroKind.Float,
        ["double"] = AvroKind.Double,
        ["bytes"] = AvroKind.Bytes,
        ["string"] = AvroKind.String,
    };

    private static readonly Dictionary<(AvroKind Kind, string Name), (ColumnType Type, ValueCoding Coding)> Logical = new()
    {
        [(AvroKind.Bytes, "decimal")] = (ColumnType.Decimal, ValueCoding.Decimal),
        [(AvroKind.Fixed, "decimal")] = (ColumnType.Decimal, ValueCoding.Decimal),
        [(AvroKind.String, "uuid")] = (ColumnType.Uuid, ValueCoding.Text),
        [(AvroKind.Int, "date")] = (ColumnType.Date, ValueCoding.DateDays),
        [(AvroKind.Int, "time-millis")] = (ColumnType.Time, ValueCoding.TimeMilliseconds),
        [(AvroKind.Long, "time-micros")] = (ColumnType.Time, ValueCoding.TimeMicroseconds),
        [(AvroKind.Long, "timestamp-millis")] = (ColumnType.Timestamp, ValueCoding.TimestampMilliseconds),
        [(AvroKind.Long, "timestamp-micros")] = (ColumnType.Timestamp, ValueCoding.TimestampMicroseconds),
        [(AvroKind.Long, "timestamp-nanos")] = (ColumnType.Timestamp, ValueCoding.TimestampNanoseconds),
        [(AvroKind.Long, "local-timestamp-millis")] = (ColumnType.Timestamp, ValueCoding.TimestampMilliseconds),
        [(AvroKind.Long, "local-timestamp-micros")] = (ColumnType.Timestamp, ValueCoding.TimestampMicroseconds),
        [(AvroKind.Long, "local-timestamp-nanos")] = (ColumnType.Timestamp, ValueCoding.TimestampNanoseconds),
    };

    /// <summary>Avro's own refinements that have a meaning, with the type that they refine and the type that they make of it.</summary>
    public static IEnumerable<(AvroKind Kind, string Name, ColumnType Type)> LogicalTypes =>
        Logical.Select(entry => (entry.Key.Kind, entry.Key.Name, entry.Value.Type));

    /// <summary>The primitive type of a name.</summary>
    public static bool TryPrimitive(string name, out AvroKind kind) => Primitives.TryGetValue(name, out kind);

    /// <summary>The meaning of a type that is no container.</summary>
    /// <param name="kind">The type.</param>
    /// <param name="connectName">What a converter called it; null without.</param>
    /// <param name="logicalType">Avro's own refinement; null without.</param>
    public static (ColumnType Type, ValueCoding Coding) MeaningOf(AvroKind kind, string? connectName, string? logicalType)
    {
        if (connectName is null && logicalType is not null && Logical.TryGetValue((kind, logicalType), out var logical))
            return logical;
        if (kind == AvroKind.Enum && connectName is null)
            return (ColumnType.Enum, ValueCoding.Text);
        var wire = kind switch
        {
            AvroKind.Boolean => "boolean",
            AvroKind.Int => "int32",
            AvroKind.Long => "int64",
            AvroKind.Float => "float",
            AvroKind.Double => "double",
            AvroKind.Bytes or AvroKind.Fixed => "bytes",
            AvroKind.String or AvroKind.Enum => "string",
            AvroKind.Record => "struct",
            _ => "",
        };
        ConnectTypes.TryFind(wire, connectName ?? "", out var type, out var coding);
        return (type, coding);
    }
}
