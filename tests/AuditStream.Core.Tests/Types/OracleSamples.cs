using static AuditStream.Core.Tests.Types.ConnectType;
using static AuditStream.Core.Tests.Types.TypeSample;

namespace AuditStream.Core.Tests.Types;

/// <summary>Oracle's types.</summary>
internal static class OracleSamples
{
    public static SourceType[] All =>
    [
        new("NUMBER(2,0)", Debezium(new ConnectType("int8"), "-99"), Dms("-99"), GoldenGate("-99")),
        new("NUMBER(4,0)", Debezium(Short, "9999"), Dms("9999"), GoldenGate("9999")),
        new("NUMBER(9,0)", Debezium(Int, "999999999"), Dms("999999999"), GoldenGate("999999999")),
        new("NUMBER(18,0)", Debezium(Long, "999999999999999999"), Dms("1.0E+18"), Dms("999999999999999999", "UseLargeIntegerValue=true"),
            GoldenGate("999999999999999999")),
        new("NUMBER(38,0)", Debezium(Decimal(0), "\"SztMqFqGxHoJiiI//////w==\""), Debezium(Text, "\"99999999999999999999999999999999999999\"", "decimal.handling.mode=string"),
            GoldenGate("99999999999999999999999999999999999999")),
        new("NUMBER(10,2)", Debezium(Decimal(2), "\"AfM=\""), Debezium(Float64, "4.99", "decimal.handling.mode=double"), Dms("4.99"), GoldenGate("4.99")),
        new("NUMBER(5,-2)", Debezium(Long, "1200"), GoldenGate("1200")),
        new("NUMBER, FLOAT", Debezium(VariableScale, """{"scale":3,"value":"MDk="}"""), Debezium(VariableScale, """{"scale":-5,"value":"AQ=="}"""), Dms("12.345"),
            GoldenGate("12.345")),
        new("BINARY_FLOAT", Debezium(Float32, "0.1"), Dms("0.1"), GoldenGate("0.1")),
        new("BINARY_DOUBLE", Debezium(Float64, "\"NaN\""), Debezium(Float64, "1.0E-7"), Dms("1.0E-7"), GoldenGate("1.0E-7")),
        new("CHAR, VARCHAR2, NCHAR, NVARCHAR2, CLOB, NCLOB", Debezium(Text, "\"ab  \""), Dms("\"ab\""), GoldenGate("\"ab  \"")),
        new("ROWID", Debezium(Text, "\"AAAR3qAAEAAAACHAAA\""), GoldenGate("\"AAAR3qAAEAAAACHAAA\"")),
        new("XMLTYPE", Debezium(Of("string", "io.debezium.data.Xml"), "\"<a>1</a>\""), Dms("\"<a>1</a>\""), GoldenGate("\"<a>1</a>\"")),
        new("RAW, BLOB", Debezium(Binary, "\"yv66vg==\""), Debezium(Text, "\"cafebabe\"", "binary.handling.mode=hex"), Dms("\"0xCAFEBABE\""), GoldenGate("\"yv66vg==\"")),
        new("DATE", Debezium(Of("int64", "io.debezium.time.Timestamp"), "1749990896000"), Debezium(Of("int64", "io.debezium.time.Timestamp"), "-62135596800000"), Dms("\"2025-06-15T12:34:56Z\""),
            GoldenGate("\"2025-06-15 12:34:56\"")),
        new("TIMESTAMP(6)", Debezium(Of("int64", "io.debezium.time.MicroTimestamp"), "1749990896789012"),
            Debezium(Of("string", "io.debezium.time.IsoTimestamp"), "\"2025-06-15T12:34:56.789012Z\"", "time.precision.mode=isostring"), Dms("\"2025-06-15T12:34:56.789012Z\""),
            GoldenGate("\"2025-06-15 12:34:56.789012000\"")),
        new("TIMESTAMP(9)", Debezium(Of("int64", "io.debezium.time.NanoTimestamp"), "1749990896789012345"), Dms("\"2025-06-15T12:34:56.789012345Z\""),
            GoldenGate("\"2025-06-15 12:34:56.789012345\"")),
        new("TIMESTAMP WITH (LOCAL) TIME ZONE", Debezium(Of("string", "io.debezium.time.ZonedTimestamp"), "\"2025-06-15T14:34:56.789012+02:00\""),
            Dms("\"2025-06-15T12:34:56.789012Z\""), GoldenGate("\"2025-06-15 14:34:56.789012000 +02:00\"")),
        new("INTERVAL DAY TO SECOND", Debezium(Of("int64", "io.debezium.time.MicroDuration"), "93784005678"),
            Debezium(Of("string", "io.debezium.time.Interval"), "\"P0Y0M1DT2H3M4.005678S\"", "interval.handling.mode=string"), GoldenGate("\"+01 02:03:04.005678\"")),
        new("INTERVAL YEAR TO MONTH", Debezium(Of("int64", "io.debezium.time.MicroDuration"), "36817200000000"),
            Debezium(Of("string", "io.debezium.time.Interval"), "\"P1Y2M0DT0H0M0S\"", "interval.handling.mode=string"), GoldenGate("\"+01-02\"")),
    ];
}
