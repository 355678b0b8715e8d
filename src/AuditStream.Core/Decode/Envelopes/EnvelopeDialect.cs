using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode.Envelopes;

/// <summary>Records of AWS that hold records: each of those is read as any record is, by whatever dialect knows it.</summary>
/// <remarks>
/// <code>
/// Records[], the first with kinesis {data, …}                 Lambda event of Kinesis
/// Records[], the first with dynamodb {…}                      Lambda event of DynamoDB Streams
/// records {"topic-0":[…]} + eventSource of Kafka              Lambda event of MSK or another Kafka
/// records[], the first with recordId                          what Firehose gives to a transform
/// </code>
/// <para>The outcome is one: the changes of all, in their order; refused when one is refused; left out when all are. The origin stays the record
/// that was consumed; what has no identity but its origin is told from its neighbours by its index and its own sequence number. A wrapper within
/// a wrapper is refused: nothing makes one.</para>
/// </remarks>
internal sealed class EnvelopeDialect : IDialect
{
    /// <summary>How many changes' buffers are kept from record to record; what a larger one needs beyond it is given back.</summary>
    private const int KeptChanges = 64;

    private readonly TopicCatalog topics;
    private readonly InnerDecode decode;
    private readonly EnvelopeReader reader = new();
    private readonly List<RowChange> pool = [];
    private readonly List<RowChange> changes = [];
    private bool isOpen;

    /// <summary>Makes the dialect.</summary>
    /// <param name="topics">The topics that were seen.</param>
    /// <param name="decode">Reads a record out of its wrapper.</param>
    public EnvelopeDialect(TopicCatalog topics, InnerDecode decode)
    {
        this.topics = topics;
        this.decode = decode;
    }

    /// <inheritdoc/>
    public RecordForm Form => RecordForm.AwsEnvelope;

    /// <inheritdoc/>
    public bool TryRead(in RawRecord record, RecordFrame frame, TopicState topic, out DecodeResult result)
    {
        result = default;
        var value = record.Value.GetValueOrDefault();
        var form = frame.IsTranscoded ? EnvelopeForm.None : reader.FormOf(value.Span, frame.Tape);
        if (form == EnvelopeForm.None || (topic.Settings.Dialect == SourceDialect.Flat && !reader.IsCertain(value.Span, frame.Tape, form)))
            return false;
        if (isOpen)
        {
            result = DecodeResult.Rejected(new Rejection(RejectionCode.InvalidMember, "A record in a wrapper is a wrapper itself.", ByteOffset: 0));
            return true;
        }

        var fault = reader.Read(value, frame.Tape, form);
        if (fault is not null)
        {
            result = DecodeResult.Rejected(fault);
            return true;
        }

        isOpen = true;
        try
        {
            result = ReadAll(record, topic);
        }
        finally
        {
            isOpen = false;
        }

        return true;
    }

    private DecodeResult ReadAll(in RawRecord record, TopicState topic)
    {
        if (pool.Count > KeptChanges)
            pool.RemoveRange(KeptChanges, pool.Count - KeptChanges);
        changes.Clear();
        var skip = SkipReason.Empty;
        for (var index = 0; index < reader.Records.Count; index++)
        {
            var inner = reader.Records[index];
            var result = decode(Unwrapped(record, inner), inner.Topic is null ? topic : topics.FindWithin(inner.Topic, topic));
            if (result.Rejection is { } refused)
                return DecodeResult.Rejected(Placed(refused, inner, index));
            if (index == 0)
                skip = result.Skip;
            KeepAll(result.Changes, record);
        }

        return changes.Count > 0 ? DecodeResult.Of(changes) : DecodeResult.Skipped(skip);
    }

    private static RawRecord Unwrapped(in RawRecord outer, in InnerRecord inner) => new()
    {
        Topic = outer.Topic,
        Partition = outer.Partition,
        Offset = outer.Offset,
        TimestampMilliseconds = inner.TimestampMilliseconds >= 0 ? inner.TimestampMilliseconds : outer.TimestampMilliseconds,
        Key = inner.Key,
        Value = inner.Value,
        Headers = inner.Headers,
        Part = inner.Part,
    };

    private static Rejection Placed(Rejection refused, in InnerRecord inner, int index) => refused with
    {
        Message = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"Record {index} of the wrapper: {refused.Message}"),
        ByteOffset = inner.IsPlain && refused.ByteOffset >= 0 ? inner.Start + refused.ByteOffset : inner.Start,
    };

    // Dialects reuse their changes, so what is to outlive the next record is copied.
    private void KeepAll(IReadOnlyList<RowChange> ofOne, in RawRecord outer)
    {
        if (ofOne.Count == 0)
            return;
        // Once for all: the record of many changes would be copied as many times.
        var value = ofOne[0].RecordValue.ToArray();
        var key = ofOne[0].RecordKey.ToArray();
        foreach (var change in ofOne)
        {
            if (pool.Count == changes.Count)
                pool.Add(new RowChange());
            var copy = pool[changes.Count];
            copy.CopyFrom(change, value, key);
            copy.Facts.TimestampMilliseconds = outer.TimestampMilliseconds;
            changes.Add(copy);
        }
    }
}
