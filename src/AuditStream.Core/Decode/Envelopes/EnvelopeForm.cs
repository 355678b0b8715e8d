namespace AuditStream.Core.Decode.Envelopes;

/// <summary>What wraps the records.</summary>
internal enum EnvelopeForm : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A Lambda event of Kinesis.</summary>
    Kinesis,

    /// <summary>A Lambda event of DynamoDB Streams.</summary>
    DynamoDb,

    /// <summary>A Lambda event of MSK, or of another Kafka.</summary>
    Kafka,

    /// <summary>What Firehose gives to a transform.</summary>
    Firehose,
}
