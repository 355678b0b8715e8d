using System.Text.Json;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode;

/// <summary>The dialects in the order in which they are asked, and which of them a source that is pinned to one may have.</summary>
/// <remarks>A pin takes away every other shape, but for AWS's wrappers, whose records are pinned in their turn. Where rows come as CloudEvents or
/// flat, the connector still sends in their own form what is no row: heartbeats, markers, logical messages.</remarks>
internal sealed class DialectSet
{
    private readonly IDialect[] all;
    private readonly Dictionary<SourceDialect, IDialect[]> pinned;

    /// <summary>Makes the set.</summary>
    /// <param name="all">All dialects in their order.</param>
    public DialectSet(IDialect[] all)
    {
        this.all = all;
        pinned = Enum.GetValues<SourceDialect>().ToDictionary(pin => pin, pin => Array.FindAll(all, dialect => IsAsked(dialect.Form, pin)));
    }

    /// <summary>The dialects to ask for a record of a source.</summary>
    public IDialect[] Of(SourceDialect pin) => pinned[pin];

    /// <summary>Why a record is refused that a dialect has read; null when the source may have it.</summary>
    public static Rejection? Refusal(RecordForm form, in DecodeResult result, SourceDialect pin) =>
        pin is SourceDialect.Flat or SourceDialect.Cloudevents && form == RecordForm.DebeziumEnvelope
        && result.Changes.Count > 0 && result.Changes[0].Facts.Operation < ChangeOperation.Schema
            ? Other(pin, RecordForm.DebeziumEnvelope)
            : null;

    /// <summary>Why a record is refused that no dialect of its source knows.</summary>
    public Rejection Refusal(in RawRecord record, RecordFrame frame, TopicState topic)
    {
        var pin = topic.Settings.Dialect;
        if (pin == SourceDialect.Auto)
            return new Rejection(RejectionCode.UnknownShape, "The record has the shape of no known change record.", ByteOffset: 0);
        foreach (var dialect in frame.Payload == Json.JsonToken.Object ? all : [])
        {
            if (dialect.Form != RecordForm.AwsEnvelope && dialect.TryRead(record, frame, topic, out _))
                return Other(pin, dialect.Form);
        }

        return Other(pin, RecordForm.Unknown);
    }

    /// <summary>The rejection of a record that is not what its source is pinned to.</summary>
    /// <param name="pin">What the source is pinned to.</param>
    /// <param name="form">What the record looks like.</param>
    public static Rejection Other(SourceDialect pin, RecordForm form) => new(
        RejectionCode.WrongDialect,
        $"The source is pinned to {NameOf(pin)}, and the record looks like {(form == RecordForm.Unknown ? "none that is known" : NameOf(PinOf(form)))}.",
        ByteOffset: 0);

    private static bool IsAsked(RecordForm form, SourceDialect pin) =>
        pin == SourceDialect.Auto || form == RecordForm.AwsEnvelope || PinOf(form) == pin
        || (form == RecordForm.DebeziumEnvelope && pin is SourceDialect.Flat or SourceDialect.Cloudevents);

    private static SourceDialect PinOf(RecordForm form) => form switch
    {
        RecordForm.DebeziumEnvelope => SourceDialect.Debezium,
        RecordForm.DebeziumCloudEvent => SourceDialect.Cloudevents,
        RecordForm.DebeziumFlatRow => SourceDialect.Flat,
        RecordForm.Dms => SourceDialect.Dms,
        RecordForm.DmsCsv => SourceDialect.DmsCsv,
        RecordForm.DynamoDb => SourceDialect.Dynamodb,
        RecordForm.Maxwell => SourceDialect.Maxwell,
        RecordForm.Canal => SourceDialect.Canal,
        RecordForm.Wal2Json => SourceDialect.Wal2json,
        RecordForm.GoldenGate => SourceDialect.Goldengate,
        RecordForm.Trigger => SourceDialect.Trigger,
        RecordForm.ActivityStream => SourceDialect.Activity,
        _ => SourceDialect.Auto,
    };

    private static string NameOf(SourceDialect dialect) => JsonNamingPolicy.SnakeCaseLower.ConvertName(dialect.ToString());
}
