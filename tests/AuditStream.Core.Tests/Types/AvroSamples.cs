using static AuditStream.Core.Tests.Types.TypeSample;

namespace AuditStream.Core.Tests.Types;

/// <summary>Avro's own refinements of types, for schemas that no Connect converter wrote.</summary>
internal static class AvroSamples
{
    public static SourceType[] All =>
    [
        new("bytes decimal", Avro("""{"type":"bytes","logicalType":"decimal","precision":6,"scale":2}""", "01F3", datum => datum.Bytes(0x01, 0xF3))),
        new("fixed decimal", Avro(
            """{"type":"fixed","name":"F","size":2,"logicalType":"decimal","precision":4,"scale":2}""", "FE0D", datum => datum.Raw(0xFE, 0x0D))),
        new("string uuid", Avro(
            """{"type":"string","logicalType":"uuid"}""", "\"11111111-2222-3333-4444-555555555555\"", datum => datum.String("11111111-2222-3333-4444-555555555555"))),
        new("int date", Avro("""{"type":"int","logicalType":"date"}""", "18292", datum => datum.Long(18_292))),
        new("int time-millis", Avro("""{"type":"int","logicalType":"time-millis"}""", "45296789", datum => datum.Long(45_296_789))),
        new("long time-micros", Avro("""{"type":"long","logicalType":"time-micros"}""", "45296789012", datum => datum.Long(45_296_789_012))),
        Long("timestamp-millis", 1_749_990_896_789),
        Long("timestamp-micros", 1_749_990_896_789_012),
        Long("timestamp-nanos", 1_749_990_896_789_012_345),
        Long("local-timestamp-millis", 1_749_990_896_789),
        Long("local-timestamp-micros", 1_749_990_896_789_012),
        Long("local-timestamp-nanos", 1_749_990_896_789_012_345),
        new("enum", Avro("""{"type":"enum","name":"E","symbols":["a","b"]}""", "1", datum => datum.Long(1))),
    ];

    private static SourceType Long(string logicalType, long value) => new(
        $"long {logicalType}", Avro($"{{\"type\":\"long\",\"logicalType\":\"{logicalType}\"}}", $"{value}", datum => datum.Long(value)));
}
