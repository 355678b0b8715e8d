using System.Text;

namespace AuditStream.Core.Tests.Decode.Envelopes;

/// <summary>Wrappers of AWS for tests.</summary>
internal static class Wrapped
{
    public const string Sequence = "49590338271490256608559692538361571095921575989136588898";

    /// <summary>A change of DMS without transaction details: of weak identity.</summary>
    public static string Dms(string operation = "insert", int id = 1) =>
        $"{{\"data\":{{\"id\":{id}}},\"metadata\":{{\"timestamp\":\"2025-06-15T10:00:01.5Z\",\"record-type\":\"data\",\"operation\":\"{operation}\","
        + "\"schema-name\":\"s\",\"table-name\":\"t\"}}";

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>A Lambda event of Kinesis with these payloads, already in base64.</summary>
    public static string Kinesis(params string[] data) =>
        $"{{\"Records\":[{string.Join(',', data.Select(Record))}]}}";

    /// <summary>A Lambda event of DynamoDB Streams.</summary>
    public static string DynamoDb(params string[] records) => $"{{\"Records\":[{string.Join(",\n ", records)}]}}";

    /// <summary>What Firehose gives to a transform.</summary>
    public static string Firehose(params string[] data) =>
        $"{{\"invocationId\":\"i\",\"deliveryStreamArn\":\"arn:aws:firehose:EXAMPLE\",\"region\":\"us-east-1\",\"records\":["
        + string.Join(',', data.Select((one, index) =>
            $"{{\"recordId\":\"r{index}\",\"approximateArrivalTimestamp\":1495072949453,\"data\":\"{one}\",\"kinesisRecordMetadata\":{{"
            + $"\"sequenceNumber\":\"{Sequence}\",\"subsequenceNumber\":\"{index}\",\"partitionKey\":\"k\",\"shardId\":\"shardId-000000000000\"}}}}"))
        + "]}";

    /// <summary>A Lambda event of MSK with records of one partition.</summary>
    public static string Kafka(params string[] records) =>
        $"{{\"eventSource\":\"aws:kafka\",\"eventSourceArn\":\"arn:aws:kafka:EXAMPLE\","
        + $"\"bootstrapServers\":\"b\",\"records\":{{\"p.s.t-0\":[{string.Join(',', records)}]}}}}";

    /// <summary>A record of such an event; a null value is a tombstone.</summary>
    public static string KafkaRecord(string? value, string? key = null, string headers = "[]", int offset = 15) =>
        $"{{\"topic\":\"p.s.t\",\"partition\":0,\"offset\":{offset},\"timestamp\":1545084650987,\"timestampType\":\"CREATE_TIME\","
        + $"\"key\":{Quoted(key)},\"value\":{Quoted(value)},\"headers\":{headers}}}";

    private static string Record(string data) =>
        $"{{\"kinesis\":{{\"kinesisSchemaVersion\":\"1.0\",\"partitionKey\":\"1\",\"sequenceNumber\":\"{Sequence}\",\"data\":\"{data}\","
        + $"\"approximateArrivalTimestamp\":1545084650.987}},\"eventSource\":\"aws:kinesis\",\"eventID\":\"shardId-000000000006:{Sequence}\"}}";

    private static string Quoted(string? text) => text is null ? "null" : $"\"{Base64(text)}\"";
}
