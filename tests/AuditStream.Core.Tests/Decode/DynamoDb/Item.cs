namespace AuditStream.Core.Tests.Decode.DynamoDb;

/// <summary>Records of DynamoDB for tests.</summary>
internal static class Item
{
    public const string Arn = "\"eventSourceARN\":\"arn:aws:dynamodb:eu-west-1:123456789012:table/Orders/stream/2025-01-01T00:00:00.000\"";

    public const string Keys = "{\"Id\":{\"N\":\"101\"}}";

    /// <summary>A record of a stream.</summary>
    public static string Streamed(string name, string? before = null, string? after = null, string more = "", string? time = "1749981600") =>
        $"{{\"eventID\":\"e1\",\"eventName\":\"{name}\",\"eventVersion\":\"1.1\",\"eventSource\":\"aws:dynamodb\",\"awsRegion\":\"eu-west-1\","
        + $"\"dynamodb\":{{{(time is null ? "" : $"\"ApproximateCreationDateTime\":{time},")}\"Keys\":{Keys}"
        + (after is null ? "" : $",\"NewImage\":{after}") + (before is null ? "" : $",\"OldImage\":{before}")
        + $",\"SequenceNumber\":\"400000000000000499660\",\"SizeBytes\":41}}{more},{Arn}}}";

    /// <summary>An item with key 101 and one attribute more.</summary>
    public static string With(string name, string value) => $"{{\"Id\":{{\"N\":\"101\"}},\"{name}\":{value}}}";
}
