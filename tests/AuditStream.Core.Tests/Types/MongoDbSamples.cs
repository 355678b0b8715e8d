using static AuditStream.Core.Tests.Types.TypeSample;

namespace AuditStream.Core.Tests.Types;

/// <summary>MongoDB's types, as extended JSON writes them.</summary>
internal static class MongoDbSamples
{
    public static SourceType[] All =>
    [
        new("double", Document("""{"$numberDouble":"NaN"}"""), Document("1.5")),
        new("int", Document("42"), Document("""{"$numberInt":"42"}""")),
        new("long", Document("""{"$numberLong":"9007199254740993"}""")),
        new("decimal", Document("""{"$numberDecimal":"4.90"}""")),
        new("string", Document("\"Weiß\"")),
        new("bool", Document("true")),
        new("null", Document("null")),
        new("object", Document("""{"b":1,"a":{"$numberLong":"2"}}""")),
        new("array", Document("""["b",1]""")),
        new("objectId", Document("""{"$oid":"5f1a2b3c4d5e6f7081920304"}""")),
        new("date", Document("""{"$date":1749990896789}"""), Document("""{"$date":"2025-06-15T12:34:56.789Z"}""")),
        new("timestamp", Document("""{"$timestamp":{"t":1749990896,"i":2}}""")),
        new("binary, uuid", Document("""{"$binary":"yv66vg==","$type":"00"}"""), Document("""{"$binary":{"base64":"yv66vg==","subType":"04"}}""")),
        new("regex", Document("""{"$regex":"^a","$options":"i"}""")),
        new("javascript", Document("""{"$code":"f()"}""")),
        new("minKey, maxKey", Document("""{"$minKey":1}""")),
    ];
}
