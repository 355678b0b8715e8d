using System.Globalization;
using System.Numerics;

namespace AuditStream.Core.Tests.Parity;

/// <summary>The schemas of Debezium's connector for PostgreSQL, default handling modes, and values in them.</summary>
internal static class DebeziumTypes
{
    private static readonly ConnectType Text = new("string");
    private static readonly ConnectType Number = new("int64");
    private static readonly ConnectType OptionalText = Text with { IsOptional = true };
    private static readonly ConnectType OptionalNumber = Number with { IsOptional = true };

    /// <summary>The key of <c>….transaction</c>.</summary>
    public static ConnectType TransactionKey { get; } = new("struct", "io.debezium.connector.common.TransactionMetadataKey") { Fields = [("id", Text)] };

    /// <summary>The value of <c>….transaction</c>.</summary>
    public static ConnectType TransactionValue { get; } = new("struct", "io.debezium.connector.common.TransactionMetadataValue")
    {
        Fields =
        [
            ("status", Text), ("id", Text), ("event_count", OptionalNumber),
            ("data_collections", new ConnectType("array")
            {
                IsOptional = true,
                Items = new ConnectType("struct", "event.collection") { Fields = [("data_collection", Text), ("event_count", Number)] },
            }),
            ("ts_ms", Number),
        ],
    };

    /// <summary>The block <c>source</c>.</summary>
    private static ConnectType Source { get; } = new("struct", "io.debezium.connector.postgresql.Source")
    {
        Fields =
        [
            ("version", Text), ("connector", Text), ("name", Text), ("ts_ms", Number),
            ("snapshot", new ConnectType("string", "io.debezium.data.Enum")
            {
                IsOptional = true, Default = "false", Parameters = [("allowed", "true,first,last,false,incremental")],
            }),
            ("db", Text), ("sequence", OptionalText), ("ts_us", OptionalNumber), ("ts_ns", OptionalNumber), ("schema", Text), ("table", Text),
            ("txId", OptionalNumber), ("lsn", OptionalNumber), ("xmin", OptionalNumber), ("origin", OptionalText), ("origin_lsn", OptionalNumber),
        ],
    };

    private static Dictionary<string, ConnectType> Keys { get; } = ModelTable.Names.ToDictionary(table => table, MakeKey);

    private static Dictionary<string, ConnectType> Envelopes { get; } = ModelTable.Names.ToDictionary(table => table, MakeEnvelope);

    /// <summary>The key of a table's records.</summary>
    public static ConnectType Key(string table) => Keys[table];

    /// <summary>The envelope of a table's records.</summary>
    public static ConnectType Envelope(string table) => Envelopes[table];

    private static ConnectType MakeKey(string table) => new("struct", $"p.{ModelTable.Schema}.{table}.Key")
    {
        Fields = [.. ModelTable.Key.Select(name => (name, TypeOf(ModelTable.Columns[ModelTable.PlaceOf(name)])))],
    };

    private static ConnectType MakeEnvelope(string table)
    {
        var row = new ConnectType("struct", $"p.{ModelTable.Schema}.{table}.Value")
        {
            IsOptional = true, Fields = [.. ModelTable.Columns.Select(column => (column.Name, TypeOf(column)))],
        };
        var transaction = new ConnectType("struct", "event.block")
        {
            IsOptional = true, Fields = [("id", Text), ("total_order", Number), ("data_collection_order", Number)],
        };
        return new ConnectType("struct", $"p.{ModelTable.Schema}.{table}.Envelope")
        {
            Fields =
            [
                ("before", row), ("after", row), ("source", Source), ("transaction", transaction), ("op", Text), ("ts_ms", OptionalNumber),
                ("ts_us", OptionalNumber), ("ts_ns", OptionalNumber),
            ],
        };
    }

    /// <summary>A row's values; null for no row.</summary>
    public static object?[]? Row(string?[]? row) => row?.Select((value, place) => Value(ModelTable.Columns[place].Kind, value)).ToArray();

    /// <summary>A row of which the log has the key only: where a column may not be null, a filler stands.</summary>
    public static object?[] KeyAndFillers(string?[] row) => [.. ModelTable.Columns.Select((column, place) =>
        ModelTable.Key.Contains(column.Name) ? Value(column.Kind, row[place])
        : column.IsOptional ? null : column.Kind == ColumnKind.Boolean ? (object)false : "")];

    /// <summary>The values of a row's key.</summary>
    public static object?[] KeyOf(string?[] row) =>
        [.. ModelTable.Key.Select(ModelTable.PlaceOf).Select(place => Value(ModelTable.Columns[place].Kind, row[place]))];

    /// <summary>Microseconds since the Unix epoch, or of the day.</summary>
    public static long Microseconds(string value) => value[2] == ':'
        ? TimeOnly.Parse(value, CultureInfo.InvariantCulture).Ticks / 10
        : (DateTime.Parse(value.TrimEnd('Z'), CultureInfo.InvariantCulture) - DateTime.UnixEpoch).Ticks / 10;

    private static ConnectType TypeOf(ModelColumn column)
    {
        var type = column.Kind switch
        {
            ColumnKind.Int32 => new ConnectType("int32"),
            ColumnKind.Int64 => Number,
            ColumnKind.Unsigned64 => Decimal(scale: 0, precision: 20),
            ColumnKind.Decimal => Decimal(scale: 4, precision: 12),
            ColumnKind.Double => new ConnectType("double"),
            ColumnKind.Boolean => new ConnectType("boolean"),
            ColumnKind.Date => new ConnectType("int32", "io.debezium.time.Date"),
            ColumnKind.Timestamp => new ConnectType("int64", "io.debezium.time.MicroTimestamp"),
            ColumnKind.TimestampTz => new ConnectType("string", "io.debezium.time.ZonedTimestamp"),
            ColumnKind.Time => new ConnectType("int64", "io.debezium.time.MicroTime"),
            ColumnKind.Bytes => new ConnectType("bytes"),
            ColumnKind.Json => new ConnectType("string", "io.debezium.data.Json"),
            ColumnKind.Uuid => new ConnectType("string", "io.debezium.data.Uuid"),
            ColumnKind.Enum => new ConnectType("string", "io.debezium.data.Enum") { Parameters = [("allowed", string.Join(',', ModelTable.States))] },
            _ => Text,
        };
        return type with { IsOptional = column.IsOptional, Default = column.Default };
    }

    private static ConnectType Decimal(int scale, int precision) => new("bytes", "org.apache.kafka.connect.data.Decimal")
    {
        Parameters =
        [
            ("scale", scale.ToString(CultureInfo.InvariantCulture)),
            ("connect.decimal.precision", precision.ToString(CultureInfo.InvariantCulture)),
        ],
    };

    private static object? Value(ColumnKind kind, string? value) => (kind, value) switch
    {
        (_, null) => null,
        (ColumnKind.Int32, _) => int.Parse(value, CultureInfo.InvariantCulture),
        (ColumnKind.Int64, _) => long.Parse(value, CultureInfo.InvariantCulture),
        (ColumnKind.Unsigned64 or ColumnKind.Decimal, _) => Unscaled(value),
        (ColumnKind.Double, _) => double.Parse(value, CultureInfo.InvariantCulture),
        (ColumnKind.Boolean, _) => value == "true",
        (ColumnKind.Date, _) => DateOnly.Parse(value, CultureInfo.InvariantCulture).DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber,
        (ColumnKind.Timestamp or ColumnKind.Time, _) => Microseconds(value),
        (ColumnKind.TimestampTz, _) => TruthEvents.Moment(Microseconds(value)),
        (ColumnKind.Bytes, _) => Convert.FromHexString(value),
        _ => value,
    };

    /// <summary>The unscaled digits in two's complement, the highest byte first.</summary>
    private static byte[] Unscaled(string value) =>
        BigInteger.Parse(value.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture).ToByteArray(isBigEndian: true);

    /// <summary>Fills the block <c>source</c>.</summary>
    public static object?[] SourceOf(string table, long microseconds, string snapshot, long transaction, long position) =>
    [
        "3.5.0.Final", "postgresql", "p", microseconds / 1000, snapshot, "bankdb", $"[null,\"{position}\"]", microseconds, microseconds * 1000,
        ModelTable.Schema, table, transaction, position, null, null, null,
    ];
}
