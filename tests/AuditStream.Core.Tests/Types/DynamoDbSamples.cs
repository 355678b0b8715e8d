using static AuditStream.Core.Tests.Types.TypeSample;

namespace AuditStream.Core.Tests.Types;

/// <summary>DynamoDB's types.</summary>
internal static class DynamoDbSamples
{
    public static SourceType[] All =>
    [
        new("string", DynamoDb("S", "\"Weiß\""), DynamoDb("S", "\"\"")),
        new("number", DynamoDb("N", "\"10.50\""), DynamoDb("N", "\"12345678901234567890123456789012345678\""), DynamoDb("N", "\"1E-130\"")),
        new("binary", DynamoDb("B", "\"yv66vg==\"")),
        new("boolean", DynamoDb("BOOL", "true")),
        new("null", DynamoDb("NULL", "true")),
        new("map", DynamoDb("M", """{"b":{"S":"x"},"a":{"N":"1.0"}}""")),
        new("list", DynamoDb("L", """[{"N":"1"},{"NULL":true}]""")),
        new("string set", DynamoDb("SS", """["b","a"]""")),
        new("number set", DynamoDb("NS", """["2.50","1"]""")),
        new("binary set", DynamoDb("BS", """["yv4="]""")),
    ];
}
