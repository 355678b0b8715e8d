namespace AuditStream.Core.Decode.Connect;

/// <summary>What Connect's types and the semantic names of Kafka Connect and Debezium mean.</summary>
internal static class ConnectTypes
{
    private static readonly Dictionary<string, (string Wire, ColumnType Type, ValueCoding Coding)> Named = new(StringComparer.Ordinal)
    {
        ["org.apache.kafka.connect.data.Decimal"] = ("bytes", ColumnType.Decimal, ValueCoding.Decimal),
        ["org.apache.kafka.connect.data.Date"] = ("int32", ColumnType.Date, ValueCoding.DateDays),
        ["org.apache.kafka.connect.data.Time"] = ("int32", ColumnType.Time, ValueCoding.TimeMilliseconds),
        ["org.apache.kafka.connect.data.Timestamp"] = ("int64", ColumnType.Timestamp, ValueCoding.TimestampMilliseconds),
        ["io.debezium.data.VariableScaleDecimal"] = ("struct", ColumnType.Decimal, ValueCoding.VariableScaleDecimal),
        ["io.debezium.time.Date"] = ("int32", ColumnType.Date, ValueCoding.DateDays),
        ["io.debezium.time.Time"] = ("int32", ColumnType.Time, ValueCoding.TimeMilliseconds),
        ["io.debezium.time.MicroTime"] = ("int64", ColumnType.Time, ValueCoding.TimeMicroseconds),
        ["io.debezium.time.NanoTime"] = ("int64", ColumnType.Time, ValueCoding.TimeNanoseconds),
        ["io.debezium.time.Timestamp"] = ("int64", ColumnType.Timestamp, ValueCoding.TimestampMilliseconds),
        ["io.debezium.time.MicroTimestamp"] = ("int64", ColumnType.Timestamp, ValueCoding.TimestampMicroseconds),
        ["io.debezium.time.NanoTimestamp"] = ("int64", ColumnType.Timestamp, ValueCoding.TimestampNanoseconds),
        ["io.debezium.time.ZonedTime"] = ("string", ColumnType.TimeTz, ValueCoding.ZonedTime),
        ["io.debezium.time.ZonedTimestamp"] = ("string", ColumnType.TimestampTz, ValueCoding.ZonedTimestamp),
        ["io.debezium.time.IsoDate"] = ("string", ColumnType.Date, ValueCoding.IsoText),
        ["io.debezium.time.IsoTime"] = ("string", ColumnType.Time, ValueCoding.IsoText),
        ["io.debezium.time.IsoTimestamp"] = ("string", ColumnType.Timestamp, ValueCoding.IsoText),
        ["io.debezium.time.Year"] = ("int32", ColumnType.Year, ValueCoding.Int32),
        ["io.debezium.time.MicroDuration"] = ("int64", ColumnType.Interval, ValueCoding.DurationMicroseconds),
        ["io.debezium.time.NanoDuration"] = ("int64", ColumnType.Interval, ValueCoding.DurationNanoseconds),
        ["io.debezium.time.Interval"] = ("string", ColumnType.Interval, ValueCoding.Text),
        ["io.debezium.data.Json"] = ("string", ColumnType.Json, ValueCoding.Json),
        ["io.debezium.data.Xml"] = ("string", ColumnType.Xml, ValueCoding.Text),
        ["io.debezium.data.Uuid"] = ("string", ColumnType.Uuid, ValueCoding.Text),
        ["io.debezium.data.Enum"] = ("string", ColumnType.Enum, ValueCoding.Text),
        ["io.debezium.data.EnumSet"] = ("string", ColumnType.Set, ValueCoding.Text),
        ["io.debezium.data.Bits"] = ("bytes", ColumnType.Bits, ValueCoding.Bits),
        ["io.debezium.data.geometry.Point"] = ("struct", ColumnType.Geometry, ValueCoding.Struct),
        ["io.debezium.data.geometry.Geometry"] = ("struct", ColumnType.Geometry, ValueCoding.Struct),
        ["io.debezium.data.geometry.Geography"] = ("struct", ColumnType.Geometry, ValueCoding.Struct),
    };

    private static readonly Dictionary<string, (ColumnType Type, ValueCoding Coding)> Plain = new(StringComparer.Ordinal)
    {
        ["boolean"] = (ColumnType.Boolean, ValueCoding.Boolean),
        ["int8"] = (ColumnType.Int32, ValueCoding.Int32),
        ["int16"] = (ColumnType.Int32, ValueCoding.Int32),
        ["int32"] = (ColumnType.Int32, ValueCoding.Int32),
        ["int64"] = (ColumnType.Int64, ValueCoding.Int64),
        ["float"] = (ColumnType.Float32, ValueCoding.Float),
        ["float32"] = (ColumnType.Float32, ValueCoding.Float),
        ["double"] = (ColumnType.Float64, ValueCoding.Float),
        ["float64"] = (ColumnType.Float64, ValueCoding.Float),
        ["string"] = (ColumnType.String, ValueCoding.Text),
        ["bytes"] = (ColumnType.Bytes, ValueCoding.Bytes),
        ["array"] = (ColumnType.Array, ValueCoding.Array),
        ["map"] = (ColumnType.Map, ValueCoding.Map),
        ["struct"] = (ColumnType.Struct, ValueCoding.Struct),
    };

    /// <summary>Every semantic name that has a meaning of its own, with the type that it stands over and the type that it makes of it.</summary>
    public static IEnumerable<(string Name, string Wire, ColumnType Type)> Names =>
        Named.Select(entry => (entry.Key, entry.Value.Wire, entry.Value.Type));

    /// <summary>Every type that needs no name.</summary>
    public static IEnumerable<(string Wire, ColumnType Type)> Wires => Plain.Select(entry => (entry.Key, entry.Value.Type));

    /// <summary>Finds the meaning of a type with a semantic name. An unknown name, or one over another type than it stands for, counts as
    /// none; an unknown type is no schema.</summary>
    public static bool TryFind(string wire, string name, out ColumnType type, out ValueCoding coding)
    {
        if (Named.TryGetValue(name, out var named) && named.Wire == wire)
        {
            (type, coding) = (named.Type, named.Coding);
            return true;
        }

        (type, coding) = Plain.GetValueOrDefault(wire, (ColumnType.Untyped, ValueCoding.Untyped));
        return type != ColumnType.Untyped;
    }
}
