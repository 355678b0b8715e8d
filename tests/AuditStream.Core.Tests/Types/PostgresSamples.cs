using static AuditStream.Core.Tests.Types.ConnectType;
using static AuditStream.Core.Tests.Types.TypeSample;

namespace AuditStream.Core.Tests.Types;

/// <summary>PostgreSQL's types.</summary>
internal static class PostgresSamples
{
    private static readonly ConnectType StructuredDate = new("struct", "io.debezium.time.StructuredDate")
    {
        Fields = [("year", Int), ("month", new("int8")), ("day", new("int8")), ("specialValue", Text)],
    };

    public static SourceType[] All => [.. Numbers, .. Texts, .. Times, .. Others];

    private static SourceType[] Numbers =>
    [
        new("smallint", Debezium(Short, "-32768"), Wal2Json("smallint", "-32768"), Wal2Json("int2", "-32768"), Dms("-32768"), Trigger("-32768")),
        new("integer", Debezium(Int, "2147483647"), Wal2Json("integer", "2147483647"), Wal2Json("int4", "2147483647"), Dms("2147483647"), Trigger("2147483647")),
        new("bigint", Debezium(Long, "9223372036854775807"), Wal2Json("bigint", "9223372036854775807"), Wal2Json("int8", "9223372036854775807"),
            Dms("9.223372036854776E+18"), Dms("9223372036854775807", "UseLargeIntegerValue=true"), Trigger("9223372036854775807")),
        new("oid", Debezium(Long, "16384"), Wal2Json("oid", "16384"), Dms("16384"), Trigger("\"16384\"")),
        new("numeric(10,2)", Debezium(Decimal(2), "\"AfM=\""), Debezium(Decimal(2), "\"9uexjWAB\""), Debezium(Decimal(2), "4.90", "decimal.format=NUMERIC"),
            Debezium(Text, "\"4.90\"", "decimal.handling.mode=string"), Debezium(Float64, "4.9", "decimal.handling.mode=double"),
            Wal2Json("numeric(10,2)", "4.90"), Wal2Json("numeric", "\"4.90\"", "numeric-data-types-as-string"), Dms("4.9"), Trigger("4.90")),
        new("numeric(40,0)", Debezium(Decimal(0), "\"Gxrk1uLvT//JyjZSOiFgAAA=\""), Wal2Json("numeric(40,0)", "9223372036854775807000000000000000000000"),
            Dms("\"9223372036854775807000000000000000000000\""), Trigger("9223372036854775807000000000000000000000")),
        new("numeric", Debezium(VariableScale, """{"scale":3,"value":"MDk="}"""), Debezium(VariableScale, """{"value":"BQ==","scale":-2}"""),
            Debezium(Text, "\"12.3450\"", "decimal.handling.mode=string"), Wal2Json("numeric", "12.3450"), Dms("12.345"), Trigger("12.3450")),
        new("numeric NaN, infinity", Debezium(VariableScale, "null"), Debezium(Text, "\"NAN\"", "decimal.handling.mode=string"),
            Debezium(Text, "\"POSITIVE_INFINITY\"", "decimal.handling.mode=string"), Debezium(Float64, "\"NaN\"", "decimal.handling.mode=double"),
            Wal2Json("numeric", "null"), Wal2Json("numeric", "\"NaN\"", "numeric-data-types-as-string"), Trigger("\"NaN\"")),
        new("real", Debezium(Float32, "0.1"), Debezium(Float32, "\"-Infinity\""), Wal2Json("real", "0.1"), Wal2Json("float4", "0.1"), Dms("0.1"), Trigger("0.1")),
        new("double precision", Debezium(Float64, "0.1"), Debezium(Float64, "-0.0"), Debezium(Float64, "4.9E-324"), Debezium(Float64, "\"NaN\""),
            Debezium(Float64, "\"Infinity\""), Wal2Json("double precision", "1e+21"), Wal2Json("float8", "\"Infinity\"", "numeric-data-types-as-string"),
            Wal2Json("float8", "null"), Dms("1.0E+21"), Trigger("1e21"), Trigger("\"Infinity\"")),
        new("money", Debezium(Decimal(2), "\"AeJA\""), Debezium(Text, "\"1234.56\"", "decimal.handling.mode=string"), Wal2Json("money", "\"$1,234.56\""),
            Trigger("\"$1,234.56\"")),
        new("boolean", Debezium(Flag, "true"), Wal2Json("boolean", "true"), Wal2Json("bool", "false"), Dms("\"t\""), Dms("\"true\""),
            Dms("true", "MapBooleanAsBoolean=true"), Trigger("true")),
    ];

    private static SourceType[] Texts =>
    [
        new("char(4)", Debezium(Text, "\"ab  \""), Wal2Json("character(4)", "\"ab  \""), Wal2Json("bpchar", "\"ab  \""), Dms("\"ab  \""),
            Trigger("\"ab  \"")),
        new("varchar, text", Debezium(Text, "\"Weiß \\\"李\\\"\\n\""), Debezium(Text, "\"\""),
            Wal2Json("character varying(30)", "\"Weiß \\\"李\\\"\\n\""), Wal2Json("varchar", "\"a\""), Wal2Json("text", "\"a\""), Dms("\"Weiß \\\"李\\\"\\n\""),
            Trigger("\"Weiß \\\"李\\\"\\n\"")),
        new("citext", Debezium(Text, "\"Ab\""), Wal2Json("citext", "\"Ab\""), Dms("\"Ab\""), Trigger("\"Ab\"")),
        new("uuid", Debezium(Of("string", "io.debezium.data.Uuid"), "\"11111111-2222-3333-4444-555555555555\""),
            Wal2Json("uuid", "\"11111111-2222-3333-4444-555555555555\""), Dms("\"11111111-2222-3333-4444-555555555555\""),
            Trigger("\"11111111-2222-3333-4444-555555555555\"")),
        new("enum", Debezium(Of("string", "io.debezium.data.Enum", ("allowed", "checking,savings")), "\"savings\""), Wal2Json("account_kind", "\"savings\""),
            Dms("\"savings\""), Trigger("\"savings\"")),
        new("json", Debezium(Of("string", "io.debezium.data.Json"), Quoted("""{"b": 1.50, "a": null}""")),
            Debezium(Of("string", "io.debezium.data.Json"), Quoted("""{"a":1,"a":2}""")), Wal2Json("json", Quoted("""{"b": 1.50, "a": null}""")),
            Dms(Quoted("""{"b": 1.50, "a": null}""")), Trigger("""{"b":1.50,"a":null}""")),
        new("jsonb", Debezium(Of("string", "io.debezium.data.Json"), Quoted("""{"a": null, "b": 1.50}""")),
            Wal2Json("jsonb", Quoted("""{"a": null, "b": 1.50}""")), Dms(Quoted("""{"a": null, "b": 1.50}""")), Trigger("""{"a":null,"b":1.50}""")),
        new("xml", Debezium(Of("string", "io.debezium.data.Xml"), "\"<a>1</a>\""), Wal2Json("xml", "\"<a>1</a>\""), Dms("\"<a>1</a>\""), Trigger("\"<a>1</a>\"")),
        new("ltree", Debezium(Of("string", "io.debezium.data.Ltree"), "\"Top.Science\""), Wal2Json("ltree", "\"Top.Science\"")),
        new("tsvector", Debezium(Of("string", "io.debezium.data.Tsvector"), "\"'a':1 'b':2\""), Wal2Json("tsvector", "\"'a':1 'b':2\""), Trigger("\"'a':1 'b':2\"")),
    ];

    private static SourceType[] Times =>
    [
        new("date", Debezium(Of("int32", "io.debezium.time.Date"), "18292"), Debezium(Of("int32", "io.debezium.time.Date"), "-735160"), Debezium(Of("int32", "io.debezium.time.Date"), "6585443"),
            Debezium(Of("int32", "io.debezium.time.Date"), "-2147472692"), Debezium(Of("int32", "org.apache.kafka.connect.data.Date"), "18292", "time.precision.mode=connect"),
            Debezium(Of("string", "io.debezium.time.IsoDate"), "\"2020-01-31Z\"", "time.precision.mode=isostring"),
            Debezium(StructuredDate, """{"year":2020,"month":1,"day":31,"specialValue":null}""", "structured (3.7)"), Wal2Json("date", "\"2020-01-31\""),
            Dms("\"2020-01-31\""), Trigger("\"2020-01-31\""), Trigger("\"infinity\"")),
        new("time(3)", Debezium(Of("int32", "io.debezium.time.Time"), "45296789"),
            Debezium(Of("int32", "org.apache.kafka.connect.data.Time"), "45296789", "time.precision.mode=connect"), Wal2Json("time(3) without time zone", "\"12:34:56.789\"")),
        new("time", Debezium(Of("int64", "io.debezium.time.MicroTime"), "45296789012"), Debezium(Of("int64", "io.debezium.time.MicroTime"), "86400000000"),
            Debezium(Of("int64", "io.debezium.time.NanoTime"), "45296789012000", "time.precision.mode=nanoseconds"),
            Debezium(Of("string", "io.debezium.time.IsoTime"), "\"12:34:56.789012Z\"", "time.precision.mode=isostring"),
            Wal2Json("time without time zone", "\"12:34:56.789012\""), Dms("\"12:34:56.789012\""), Trigger("\"12:34:56.789012\"")),
        new("timetz", Debezium(Of("string", "io.debezium.time.ZonedTime"), "\"08:00:00Z\""), Debezium(Of("string", "io.debezium.time.ZonedTime"), "\"10:00:00.5+02:00\"", "TimezoneConverter"),
            Wal2Json("time with time zone", "\"10:00:00+02\""), Dms("\"10:00:00+02\""), Trigger("\"10:00:00+02\"")),
        new("timestamp(3)", Debezium(Of("int64", "io.debezium.time.Timestamp"), "1749990896789"), Debezium(Of("int64", "io.debezium.time.Timestamp"), "9223372036825200"),
            Debezium(Of("int64", "org.apache.kafka.connect.data.Timestamp"), "1749990896789", "time.precision.mode=connect")),
        new("timestamp", Debezium(Of("int64", "io.debezium.time.MicroTimestamp"), "1580464800250000"), Debezium(Of("int64", "io.debezium.time.MicroTimestamp"), "-1257206400000000"),
            Debezium(Of("int64", "io.debezium.time.MicroTimestamp"), "253402300800000000"), Debezium(Of("int64", "io.debezium.time.MicroTimestamp"), "-63517780800000000"),
            Debezium(Of("int64", "io.debezium.time.MicroTimestamp"), "9223372036825200000"), Debezium(Of("int64", "io.debezium.time.MicroTimestamp"), "-9223372036832400000"),
            Debezium(Of("int64", "io.debezium.time.NanoTimestamp"), "1580464800250000000", "time.precision.mode=nanoseconds"),
            Debezium(Of("string", "io.debezium.time.IsoTimestamp"), "\"2020-01-31T10:00:00.25Z\"", "time.precision.mode=isostring"),
            Wal2Json("timestamp without time zone", "\"2020-01-31 10:00:00.25\""), Dms("\"2020-01-31T10:00:00.250000Z\""), Trigger("\"2020-01-31T10:00:00.25\"")),
        new("timestamptz", Debezium(Of("string", "io.debezium.time.ZonedTimestamp"), "\"2020-01-31T09:00:00.250000Z\""),
            Debezium(Of("string", "io.debezium.time.ZonedTimestamp"), "\"2020-01-31T10:00:00.25+01:00\"", "TimezoneConverter"),
            Debezium(Of("string", "io.debezium.time.ZonedTimestamp"), "\"-0043-03-15T12:00:00.000000Z\""),
            Debezium(Of("string", "io.debezium.time.ZonedTimestamp"), "\"+20000-01-01T00:00:00.000000Z\""), Debezium(Of("string", "io.debezium.time.ZonedTimestamp"), "\"infinity\""),
            Wal2Json("timestamp with time zone", "\"2020-01-31 10:00:00.25+01\""), Dms("\"2020-01-31T09:00:00.250000Z\""), Trigger("\"2020-01-31T10:00:00.25+01:00\"")),
        new("interval", Debezium(Of("int64", "io.debezium.time.MicroDuration"), "93600000000"), Debezium(Of("int64", "io.debezium.time.MicroDuration"), "-14706789000"),
            Debezium(Of("string", "io.debezium.time.Interval"), "\"P-1Y-2M3DT-4H-5M-6.789S\"", "interval.handling.mode=string"), Wal2Json("interval", "\"1 day 02:00:00\""),
            Dms("\"1 DAY, 2 HOURS\""), Trigger("\"1 day 02:00:00\"")),
    ];

    private static SourceType[] Others =>
    [
        new("bytea", Debezium(Binary, "\"yv66vg==\""), Debezium(Text, "\"yv66vg==\"", "binary.handling.mode=base64"),
            Debezium(Text, "\"yv66vg==\"", "binary.handling.mode=base64-url-safe"), Debezium(Text, "\"cafebabe\"", "binary.handling.mode=hex"),
            Wal2Json("bytea", "\"cafebabe\""), Dms("\"0xCAFEBABE\""), Dms("\"CAFEBABE\"", "NoHexPrefix=true"), Trigger("\"\\\\xcafebabe\"")),
        new("bit(1)", Debezium(Flag, "true"), Wal2Json("bit(1)", "\"1\""), Trigger("\"1\"")),
        new("bit(12)", Debezium(Of("bytes", "io.debezium.data.Bits", ("length", "12")), "\"AQg=\""), Debezium(Of("bytes", "io.debezium.data.Bits", ("length", "12")), "\"\""),
            Wal2Json("bit(12)", "\"100000000001\""), Dms("\"100000000001\""), Trigger("\"100000000001\"")),
        new("bit varying", Debezium(Of("bytes", "io.debezium.data.Bits", ("length", "2147483647")), "\"Aw==\""), Wal2Json("bit varying(20)", "\"011\"")),
        new("integer[], bigint[]", Debezium(List(Int), "[1,null,3]"), Debezium(List(Long), "[1,null]"), Wal2Json("integer[]", "\"{1,NULL,3}\""),
            Dms("\"{1,NULL,3}\""), Trigger("[1,null,3]")),
        new("text[]", Debezium(List(Text), """["x","y,z",""]"""), Wal2Json("text[]", "\"{x,\\\"y,z\\\",\\\"\\\"}\""),
            Dms("\"{x,\\\"y,z\\\",\\\"\\\"}\""), Trigger("""["x","y,z",""]""")),
        new("timestamptz[]", Debezium(List(Of("string", "io.debezium.time.ZonedTimestamp")), """["2020-01-31T10:00:00+01:00"]""")),
        new("integer[][]", Debezium(List(Int), "[null,null]"), Wal2Json("integer[]", "\"{{1,2},{3,4}}\""), Trigger("[[1,2],[3,4]]")),
        new("hstore", Debezium(Of("string", "io.debezium.data.Json"), Quoted("""{"b":null,"a":"1"}""")),
            Debezium(Map(Text), """{"b":null,"a":"1"}""", "hstore.handling.mode=map"), Wal2Json("hstore", Quoted("\"a\"=>\"1\", \"b\"=>NULL")),
            Dms(Quoted("\"a\"=>\"1\", \"b\"=>NULL"))),
        new("inet, cidr, macaddr", Debezium(Text, "\"10.0.0.1/8\""), Wal2Json("inet", "\"10.0.0.1/8\""), Dms("\"10.0.0.1/8\""), Trigger("\"10.0.0.1/8\"")),
        new("int4range and the other ranges", Debezium(Text, "\"[1,10)\""), Wal2Json("int4range", "\"[1,10)\""), Dms("\"[1,10)\""), Trigger("\"[1,10)\"")),
        new("multirange, box, composite", Debezium(Binary, "\"e1sxLDEwKX0=\"", "include.unknown.datatypes=true"), Wal2Json("int4multirange", "\"{[1,10)}\""), Trigger("\"{[1,10)}\"")),
        new("point", Debezium(Geometry("Point", isPoint: true), """{"x":1.0,"y":2.5,"wkb":"AQEAAAA=","srid":null}"""), Wal2Json("point", "\"(1,2.5)\""),
            Dms("\"(1,2.5)\""), Trigger("\"(1,2.5)\"")),
        new("geometry (PostGIS)", Debezium(Geometry("Geometry"), """{"wkb":"AQEAAAA=","srid":4326}""")),
        new("geography (PostGIS)", Debezium(Geometry("Geography"), """{"wkb":"AQEAAAA=","srid":4326}""")),
        new("vector (pgvector)", Debezium(new("array", "io.debezium.data.DoubleVector") { Items = Float64 }, "[1.5,-2.0]"), Wal2Json("vector", "\"[1.5,-2]\"")),
        new("halfvec (pgvector)", Debezium(new("array", "io.debezium.data.FloatVector") { Items = Float32 }, "[1.5,-2.0]")),
    ];
}
