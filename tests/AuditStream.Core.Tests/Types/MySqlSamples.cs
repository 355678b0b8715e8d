using static AuditStream.Core.Tests.Types.ConnectType;
using static AuditStream.Core.Tests.Types.TypeSample;

namespace AuditStream.Core.Tests.Types;

/// <summary>The types of MySQL and MariaDB.</summary>
internal static class MySqlSamples
{
    public static SourceType[] All => [.. Numbers, .. Times, .. Others];

    private static SourceType[] Numbers =>
    [
        new("tinyint(1), boolean", Debezium(Short, "1"), Debezium(Flag, "true", "TinyIntOneToBooleanConverter"), Dms("1"), Maxwell("1"), Canal("\"1\"")),
        new("tinyint, smallint", Debezium(Short, "-128"), Dms("-128"), Maxwell("-128"), Canal("\"-128\"")),
        new("smallint unsigned, mediumint, int", Debezium(Int, "65535"), Dms("65535"), Maxwell("65535"), Canal("\"65535\"")),
        new("int unsigned, bigint", Debezium(Long, "4294967295"), Dms("4294967295"), Maxwell("4294967295"), Canal("\"4294967295\"")),
        new("bigint unsigned", Debezium(Long, "-1"), Debezium(Decimal(0), "\"AP//////////\"", "bigint.unsigned.handling.mode=precise"), Dms("1.8446744073709552E+19"),
            Dms("18446744073709551615", "UseLargeIntegerValue=true"), Maxwell("18446744073709551615"), Canal("\"18446744073709551615\"")),
        new("decimal(10,2)", Debezium(Decimal(2), "\"AeQ=\""), Debezium(Text, "\"4.84\"", "decimal.handling.mode=string"),
            Debezium(Float64, "4.84", "decimal.handling.mode=double"), Dms("4.84"), Maxwell("4.84"), Canal("\"4.84\"")),
        new("float", Debezium(Float32, "0.1"), Dms("0.1"), Maxwell("0.1"), Canal("\"0.1\"")),
        new("double", Debezium(Float64, "1.0E21"), Dms("1.0E+21"), Maxwell("1.0E21"), Canal("\"1.0E21\"")),
        new("bit(1)", Debezium(Flag, "true"), Dms("true"), Maxwell("1"), Canal("\"1\"")),
        new("bit(12)", Debezium(Of("bytes", "io.debezium.data.Bits", ("length", "12")), "\"AQg=\""), Maxwell("2049"), Canal("\"2049\"")),
    ];

    private static SourceType[] Times =>
    [
        new("date", Debezium(Of("int32", "io.debezium.time.Date"), "18292"), Dms("\"2020-01-31\""), Maxwell("\"2020-01-31\""), Canal("\"2020-01-31\"")),
        new("time", Debezium(Of("int64", "io.debezium.time.MicroTime"), "45296789012"), Debezium(Of("int64", "io.debezium.time.MicroTime"), "-3020399000000"),
            Debezium(Of("int32", "io.debezium.time.Time"), "45296789", "time.precision.mode=adaptive"), Dms("\"12:34:56\""), Maxwell("\"12:34:56\""), Maxwell("\"-838:59:59\""),
            Canal("\"12:34:56\"")),
        new("datetime, datetime(3)", Debezium(Of("int64", "io.debezium.time.Timestamp"), "1580464800250"),
            Debezium(Of("int64", "org.apache.kafka.connect.data.Timestamp"), "1580464800250", "time.precision.mode=connect"), Dms("\"2020-01-31T10:00:00Z\""),
            Maxwell("\"2020-01-31 10:00:00\""), Canal("\"2020-01-31 10:00:00\"")),
        new("datetime(6)", Debezium(Of("int64", "io.debezium.time.MicroTimestamp"), "1580464800250001"), Dms("\"2020-01-31T10:00:00.250001Z\""),
            Maxwell("\"2020-01-31 10:00:00.250001\""), Canal("\"2020-01-31 10:00:00.250001\"")),
        new("timestamp", Debezium(Of("string", "io.debezium.time.ZonedTimestamp"), "\"2020-01-31T09:00:00Z\""), Dms("\"2020-01-31T09:00:00Z\""),
            Maxwell("\"2020-01-31 09:00:00\""), Canal("\"2020-01-31 10:00:00\"")),
        new("zero dates", Debezium(Of("int32", "io.debezium.time.Date"), "null"), Debezium(Of("string", "io.debezium.time.ZonedTimestamp"), "\"1970-01-01T00:00:00Z\""),
            Maxwell("\"0000-00-00 00:00:00\""), Canal("\"0000-00-00 00:00:00\"")),
        new("year", Debezium(Of("int32", "io.debezium.time.Year"), "2025"), Dms("2025"), Maxwell("2025"), Canal("\"2025\"")),
    ];

    private static SourceType[] Others =>
    [
        new("char, varchar, text", Debezium(Text, "\"Weiß 李 𝄞\""), Dms("\"Weiß 李 𝄞\""), Maxwell("\"Weiß 李 𝄞\""), Canal("\"Weiß 李 𝄞\"")),
        new("binary, varbinary, blob", Debezium(Binary, "\"yv66vg==\""), Debezium(Text, "\"cafebabe\"", "binary.handling.mode=hex"), Dms("\"0xCAFEBABE\""),
            Maxwell("\"yv66vg==\""), Canal("\"Êþ\\u0000¾\"", "sqlType 2004")),
        new("json", Debezium(Of("string", "io.debezium.data.Json"), Quoted("""{"b":1.50,"a":null}""")), Dms(Quoted("""{"b": 1.50, "a": null}""")),
            Maxwell("""{"b":1.50,"a":null}"""), Canal(Quoted("""{"b":1.50,"a":null}"""), "mysqlType json")),
        new("enum", Debezium(Of("string", "io.debezium.data.Enum", ("allowed", "a,b")), "\"b\""), Dms("\"b\""), Maxwell("\"b\""), Canal("\"2\"")),
        new("set", Debezium(Of("string", "io.debezium.data.EnumSet", ("allowed", "a,b,c")), "\"a,c\""), Dms("\"a,c\""), Maxwell("""["a","c"]"""), Canal("\"5\"")),
        new("point", Debezium(Geometry("Point", isPoint: true), """{"x":1.0,"y":2.5,"wkb":"AQEAAAA=","srid":null}"""), Maxwell("\"POINT (1 2.5)\"")),
        new("geometry", Debezium(Geometry("Geometry"), """{"wkb":"AQMAAAA=","srid":null}"""), Maxwell("\"POLYGON ((0 0, 1 0, 1 1, 0 0))\"")),
        new("vector (MySQL 9)", Debezium(new("array", "io.debezium.data.FloatVector") { Items = Float32 }, "[1.5,-2.0]")),
        new("uuid, inet6 (MariaDB)", Debezium(Text, "\"11111111-2222-3333-4444-555555555555\""), Maxwell("\"11111111-2222-3333-4444-555555555555\"")),
    ];
}
