using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Envelopes;

/// <summary>Takes the records out of their wrapper. Reused.</summary>
/// <remarks>
/// <code>
///            value                    key            time                                       sequence number
/// Kinesis    kinesis.data             partitionKey   approximateArrivalTimestamp, seconds       sequenceNumber
/// DynamoDB   the element as it is                                                               eventID
/// Kafka      value                    key            timestamp, milliseconds                    topic-partition-offset
/// Firehose   data                                    approximateArrivalTimestamp, milliseconds  of kinesisRecordMetadata, else recordId
/// </code>
/// <para>Values and keys are in base64. A partition key is text, and taken for a record's key only when it is an object of JSON, as Debezium
/// Server writes it. An empty value is a tombstone. What the Kinesis Producer Library packed together is taken apart.</para>
/// </remarks>
internal sealed class EnvelopeReader
{
    /// <summary>How many records a wrapper may hold, those of aggregates counted. Lambda gives 10,000 at most; Firehose limits bytes only.</summary>
    public const int MaxRecords = 20_000;

    /// <summary>How many topics the records of a wrapper may be of. A trigger of Lambda reads one.</summary>
    public const int MaxTopics = 100;

    private readonly MemberMap topMap = TopMember.NewMap();
    private readonly MemberMap elementMap = ElementMember.NewMap();
    private readonly MemberMap kinesisMap = KinesisMember.NewMap();
    private readonly JsonTape element = new();
    private readonly HeaderReader headers = new();
    private readonly ByteWriter number = new(64);
    private readonly ByteWriter unescaped = new();
    private readonly List<Range> aggregateKeys = [];
    private readonly List<(int Key, Range Data)> aggregateRecords = [];
    private readonly List<InnerRecord> records = [];
    private readonly HashSet<string> topics = new(StringComparer.Ordinal);

    /// <summary>The records of the wrapper that was read last.</summary>
    public IReadOnlyList<InnerRecord> Records => records;

    /// <summary>What wraps the records of this object.</summary>
    public EnvelopeForm FormOf(ReadOnlySpan<byte> text, JsonTape tape)
    {
        var members = new MemberBlock(text, tape.Outer, topMap);
        var source = members.Content(TopMember.EventSource);
        if (members.Slice(TopMember.OtherRecords).Token == JsonToken.Object)
            return source.SequenceEqual("aws:kafka"u8) || source.SequenceEqual("SelfManagedKafka"u8) ? EnvelopeForm.Kafka : EnvelopeForm.None;
        var isLambda = members.Slice(TopMember.LambdaRecords).Token == JsonToken.Array;
        var list = members.Slice(isLambda ? TopMember.LambdaRecords : TopMember.OtherRecords);
        if (list.Token != JsonToken.Array)
            return EnvelopeForm.None;
        var walk = new ArrayWalk(text, list.Start, element);
        if (!walk.Next())
        {
            // The last call of a time window has no records.
            return walk.Fault is not null ? EnvelopeForm.None
                : isLambda && members.Has(TopMember.IsFinalInvoke) ? EnvelopeForm.DynamoDb
                : !isLambda && members.Has(TopMember.DeliveryStreamArn) ? EnvelopeForm.Firehose
                : EnvelopeForm.None;
        }

        var first = new MemberBlock(text, element.Outer, elementMap);
        if (!isLambda)
            return first.Has(ElementMember.RecordId) ? EnvelopeForm.Firehose : EnvelopeForm.None;
        return first.Slice(ElementMember.Kinesis).Token == JsonToken.Object ? EnvelopeForm.Kinesis
            : first.Slice(ElementMember.DynamoDb).Token == JsonToken.Object ? EnvelopeForm.DynamoDb
            : EnvelopeForm.None;
    }

    /// <summary>False when a row with a column <c>records</c> may look the same: every call of Firehose names its stream.</summary>
    public bool IsCertain(ReadOnlySpan<byte> text, JsonTape tape, EnvelopeForm form) =>
        form != EnvelopeForm.Firehose || new MemberBlock(text, tape.Outer, topMap).Has(TopMember.DeliveryStreamArn);

    /// <summary>Takes the records out; a rejection when one is not there as it should be.</summary>
    public Rejection? Read(ReadOnlyMemory<byte> value, JsonTape tape, EnvelopeForm form)
    {
        records.Clear();
        topics.Clear();
        var text = value.Span;
        var members = new MemberBlock(text, tape.Outer, topMap);
        if (members.HasDuplicates)
            return new Rejection(RejectionCode.InvalidMember, "A member of the wrapper is there twice.", ByteOffset: 0);
        if (form != EnvelopeForm.Kafka)
        {
            var isLambda = form != EnvelopeForm.Firehose;
            return ReadList(value, members.Slice(isLambda ? TopMember.LambdaRecords : TopMember.OtherRecords), form);
        }

        foreach (ref readonly var partition in tape.ChildrenOf(members.Entry(TopMember.OtherRecords)))
        {
            if (partition.Token != JsonToken.Array)
                return new Rejection(RejectionCode.InvalidMember, "A partition's records are no array.", partition.Start);
            var fault = ReadList(value, partition.Slice, form);
            if (fault is not null)
                return fault;
        }

        return null;
    }

    private Rejection? ReadList(ReadOnlyMemory<byte> value, in JsonSlice list, EnvelopeForm form)
    {
        var text = value.Span;
        var walk = new ArrayWalk(text, list.Start, element);
        while (walk.Next())
        {
            var members = new MemberBlock(text, element.Outer, elementMap);
            var fault = members.HasDuplicates
                ? new Rejection(RejectionCode.InvalidMember, "A member of a wrapped record is there twice.", walk.Start)
                : form switch
                {
                    EnvelopeForm.Kinesis => ReadKinesis(text, members, walk.Start),
                    EnvelopeForm.Kafka => ReadKafka(text, members, walk.Start),
                    EnvelopeForm.Firehose => ReadFirehose(text, members, walk.Start),
                    _ => Add(new InnerRecord
                    {
                        Value = value[walk.Start..walk.End], TimestampMilliseconds = -1, Headers = [], Part = Part(members.Content(ElementMember.EventId)),
                        Start = walk.Start, IsPlain = true,
                    }),
                };
            if (fault is not null)
                return fault;
        }

        return walk.Fault;
    }

    private Rejection? ReadKinesis(ReadOnlySpan<byte> text, in MemberBlock members, int start)
    {
        if (members.Slice(ElementMember.Kinesis).Token != JsonToken.Object)
            return Missing("kinesis", start);
        var kinesis = new MemberBlock(text, element.ChildrenOf(members.Entry(ElementMember.Kinesis)), kinesisMap);
        var data = kinesis.Slice(KinesisMember.Data);
        if (data.Token != JsonToken.String)
            return Missing("data", start);
        return AddData(
            text, data, kinesis, Milliseconds(kinesis.Content(KinesisMember.Arrival), unit: 0), kinesis.Content(KinesisMember.SequenceNumber));
    }

    private Rejection? ReadFirehose(ReadOnlySpan<byte> text, in MemberBlock members, int start)
    {
        var data = members.Slice(ElementMember.Data);
        if (data.Token != JsonToken.String)
            return Missing("data", start);
        var metadata = members.Slice(ElementMember.KinesisMetadata).Token == JsonToken.Object
            ? element.ChildrenOf(members.Entry(ElementMember.KinesisMetadata))
            : default;
        var kinesis = new MemberBlock(text, metadata, kinesisMap);
        var sequence = kinesis.Content(KinesisMember.SequenceNumber);
        return AddData(
            text, data, kinesis, Milliseconds(members.Content(ElementMember.Arrival), unit: 3),
            sequence.IsEmpty ? members.Content(ElementMember.RecordId) : sequence);
    }

    private Rejection? ReadKafka(ReadOnlySpan<byte> text, in MemberBlock members, int start)
    {
        ReadOnlyMemory<byte>? key = null;
        IReadOnlyList<RecordHeader> read = [];
        var fault = TryBase64(text, members.Slice(ElementMember.Value), out var value)
            ?? TryBase64(text, members.Slice(ElementMember.Key), out key)
            ?? headers.Read(text, members.Slice(ElementMember.Headers), out read);
        if (fault is not null)
            return fault;
        var topic = members.Content(ElementMember.Topic);
        unescaped.Clear();
        JsonText.Unescape(topic, unescaped);
        var name = Encoding.UTF8.GetString(unescaped.Written);
        if (topics.Add(name) && topics.Count > MaxTopics)
            return new Rejection(RejectionCode.TooLarge, $"The wrapper holds records of more than {MaxTopics} topics.", start);
        byte[] sequence =
            [.. topic, (byte)'-', .. members.Content(ElementMember.Partition), (byte)'-', .. members.Content(ElementMember.Offset)];
        return Add(new InnerRecord
        {
            Topic = name.Length == 0 ? null : name,
            Key = key,
            Value = value,
            TimestampMilliseconds = Milliseconds(members.Content(ElementMember.Timestamp), unit: 3),
            Headers = read,
            Part = Part(sequence),
            Start = members.Has(ElementMember.Value) ? members.Slice(ElementMember.Value).Start : start,
        });
    }

    /// <summary>Adds a record of Kinesis, or all that are packed in it.</summary>
    private Rejection? AddData(ReadOnlySpan<byte> text, in JsonSlice data, in MemberBlock kinesis, long time, ReadOnlySpan<byte> sequence)
    {
        var fault = TryBase64(text, data, out var bytes);
        if (fault is not null || bytes is not { } value)
            return fault;
        var subsequence = kinesis.Content(KinesisMember.SubsequenceNumber);
        if (!KplAggregate.Begins(value.Span))
        {
            return Add(new InnerRecord
            {
                Key = KeyOf(kinesis.Content(KinesisMember.PartitionKey)), Value = value, TimestampMilliseconds = time, Headers = [],
                Part = Part(sequence, subsequence), Start = data.Start,
            });
        }

        if (!KplAggregate.TryRead(value.Span, aggregateKeys, aggregateRecords))
            return new Rejection(RejectionCode.InvalidMember, "An aggregate of the Kinesis Producer Library is broken.", data.Start);
        for (var index = 0; index < aggregateRecords.Count; index++)
        {
            var (key, place) = aggregateRecords[index];
            fault = Add(new InnerRecord
            {
                Key = value.Span[aggregateKeys[key]].StartsWith("{"u8) ? value[aggregateKeys[key]] : (ReadOnlyMemory<byte>?)null, Value = value[place],
                TimestampMilliseconds = time, Headers = [],
                Part = Part(sequence, Encoding.UTF8.GetBytes(index.ToString(CultureInfo.InvariantCulture))), Start = data.Start,
            });
            if (fault is not null)
                return fault;
        }

        return null;
    }

    private Rejection? Add(in InnerRecord record)
    {
        if (records.Count == MaxRecords)
            return new Rejection(RejectionCode.TooLarge, $"The wrapper holds more than {MaxRecords} records.", record.Start);
        records.Add(record);
        return null;
    }

    private ReadOnlyMemory<byte>? KeyOf(ReadOnlySpan<byte> partitionKey)
    {
        if (!partitionKey.StartsWith("{"u8))
            return null;
        unescaped.Clear();
        JsonText.Unescape(partitionKey, unescaped);
        return unescaped.Written.ToArray();
    }

    /// <summary>The record's index and its own number: what tells it from its neighbours.</summary>
    private byte[] Part(ReadOnlySpan<byte> sequence, ReadOnlySpan<byte> subsequence = default)
    {
        var index = records.Count.ToString(CultureInfo.InvariantCulture);
        return [.. Encoding.UTF8.GetBytes(index), (byte)':', .. sequence, (byte)':', .. subsequence];
    }

    private long Milliseconds(ReadOnlySpan<byte> time, int unit)
    {
        number.Clear();
        return NumberText.IsNumber(time) && NumberText.TryWritePlain(time, number)
            && ChangeTime.TryMicroseconds(number.Written, unit, out var microseconds, out _) && microseconds >= 0
            ? microseconds / 1_000
            : -1;
    }

    /// <summary>Reads base64; null for what is null or missing.</summary>
    private Rejection? TryBase64(ReadOnlySpan<byte> text, in JsonSlice slice, out ReadOnlyMemory<byte>? bytes)
    {
        bytes = null;
        if (slice.Token is JsonToken.None or JsonToken.Null)
            return null;
        if (slice.Token == JsonToken.String)
        {
            unescaped.Clear();
            JsonText.Unescape(slice.ContentOf(text), unescaped);
            var room = new byte[Base64.GetMaxDecodedFromUtf8Length(unescaped.Length)];
            if (Base64.DecodeFromUtf8(unescaped.Written, room, out _, out var written) == OperationStatus.Done)
            {
                bytes = room.AsMemory(0, written);
                return null;
            }
        }

        return new Rejection(RejectionCode.InvalidMember, "The bytes of a wrapped record are no base64.", slice.Start);
    }

    private static Rejection Missing(string member, int at) =>
        new(RejectionCode.MissingMember, $"A wrapped record has no member {member}, or none of the right kind.", at);
}
