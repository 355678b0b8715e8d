using static AuditStream.Core.Tests.Types.ConnectType;
using static AuditStream.Core.Tests.Types.TypeSample;

namespace AuditStream.Core.Tests.Types;

/// <summary>Db2's types.</summary>
internal static class Db2Samples
{
    public static SourceType[] All =>
    [
        new("BOOLEAN", Debezium(Flag, "true"), Dms("true")),
        new("SMALLINT", Debezium(Short, "-32768"), Dms("-32768")),
        new("INTEGER", Debezium(Int, "2147483647"), Dms("2147483647")),
        new("BIGINT", Debezium(Long, "9223372036854775807"), Dms("9.223372036854776E+18"), Dms("9223372036854775807", "UseLargeIntegerValue=true")),
        new("DECIMAL(10,2), NUMERIC(10,2)", Debezium(Decimal(2), "\"AfM=\""), Dms("4.99")),
        new("DECFLOAT", Debezium(Decimal(4), "\"AeJA\""), Dms("12.3456")),
        new("REAL", Debezium(Float32, "0.1"), Dms("0.1")),
        new("DOUBLE", Debezium(Float64, "1.0E21"), Dms("1.0E+21")),
        new("CHAR, VARCHAR, CLOB, GRAPHIC, VARGRAPHIC, DBCLOB", Debezium(Text, "\"ab  \""), Dms("\"ab  \"")),
        new("BINARY, VARBINARY, BLOB, CHAR FOR BIT DATA", Debezium(Binary, "\"yv66vg==\""), Dms("\"0xCAFEBABE\"")),
        new("XML", Debezium(Of("string", "io.debezium.data.Xml"), "\"<a>1</a>\""), Dms("\"<a>1</a>\"")),
        new("DATE", Debezium(Of("int32", "io.debezium.time.Date"), "18292"), Dms("\"2020-01-31\"")),
        new("TIME", Debezium(Of("int32", "io.debezium.time.Time"), "45296000"), Dms("\"12:34:56\"")),
        new("TIMESTAMP", Debezium(Of("int64", "io.debezium.time.MicroTimestamp"), "1749990896789012"), Dms("\"2025-06-15T12:34:56.789012Z\"")),
    ];
}
