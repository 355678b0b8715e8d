using static AuditStream.Core.Tests.Types.ConnectType;
using static AuditStream.Core.Tests.Types.TypeSample;

namespace AuditStream.Core.Tests.Types;

/// <summary>SQL Server's types.</summary>
internal static class SqlServerSamples
{
    public static SourceType[] All =>
    [
        new("bit", Debezium(Flag, "true"), Dms("true")),
        new("tinyint, smallint", Debezium(Short, "255"), Dms("255")),
        new("int", Debezium(Int, "-2147483648"), Dms("-2147483648")),
        new("bigint", Debezium(Long, "9223372036854775807"), Dms("9.223372036854776E+18"), Dms("9223372036854775807", "UseLargeIntegerValue=true")),
        new("decimal(10,2), numeric(10,2)", Debezium(Decimal(2), "\"AfM=\""), Dms("4.99")),
        new("money, smallmoney", Debezium(Decimal(4), "\"wwQ=\""), Dms("-1.5612")),
        new("real", Debezium(Float32, "0.1"), Dms("0.1")),
        new("float", Debezium(Float64, "1.0E21"), Dms("1.0E+21")),
        new("char, varchar, nvarchar, text, ntext", Debezium(Text, "\"Weiß\""), Dms("\"Weiß\"")),
        new("uniqueidentifier", Debezium(Text, "\"6F9619FF-8B86-D011-B42D-00C04FC964FF\""), Dms("\"6F9619FF-8B86-D011-B42D-00C04FC964FF\"")),
        new("xml", Debezium(Of("string", "io.debezium.data.Xml"), "\"<a>1</a>\""), Dms("\"<a>1</a>\"")),
        new("binary, varbinary, image, rowversion", Debezium(Binary, "\"AAAAAAAAB9E=\""), Debezium(Text, "\"00000000000007d1\"", "binary.handling.mode=hex"),
            Dms("\"0x00000000000007D1\"")),
        new("date", Debezium(Of("int32", "io.debezium.time.Date"), "2932896"), Debezium(Of("int32", "io.debezium.time.Date"), "-719162"), Dms("\"9999-12-31\"")),
        new("time(3)", Debezium(Of("int32", "io.debezium.time.Time"), "45296789"), Dms("\"12:34:56.789\"")),
        new("time(6)", Debezium(Of("int64", "io.debezium.time.MicroTime"), "45296789012"), Dms("\"12:34:56.789012\"")),
        new("time(7)", Debezium(Of("int64", "io.debezium.time.NanoTime"), "45296789012300"), Dms("\"12:34:56.7890123\"")),
        new("smalldatetime, datetime, datetime2(3)", Debezium(Of("int64", "io.debezium.time.Timestamp"), "1749990896790"), Dms("\"2025-06-15T12:34:56.790000Z\"")),
        new("datetime2(6)", Debezium(Of("int64", "io.debezium.time.MicroTimestamp"), "1749990896789012"), Dms("\"2025-06-15T12:34:56.789012Z\"")),
        new("datetime2(7)", Debezium(Of("int64", "io.debezium.time.NanoTimestamp"), "1749990896789012300"), Dms("\"2025-06-15T12:34:56.789012300Z\"")),
        new("datetimeoffset", Debezium(Of("string", "io.debezium.time.ZonedTimestamp"), "\"2025-06-15T14:34:56.7890123+02:00\""), Dms("\"2025-06-15T12:34:56.789012300Z\"")),
    ];
}
