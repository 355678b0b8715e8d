using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.DynamoDb;

/// <summary>The records of DynamoDB Streams, and those that a table sends to Kinesis Data Streams.</summary>
/// <remarks>
/// <code>
/// dynamodb, an object, and                      it is
/// eventSource = aws:dynamodb                    a record of DynamoDB
/// dynamodb.Keys + eventName                     a record of DynamoDB from a tool that leaves the source out
///
/// eventName    becomes
/// INSERT       insert
/// MODIFY       update
/// REMOVE       delete
///
/// of the stream                                 of Kinesis
/// table in eventSourceARN                       tableName
/// ApproximateCreationDateTime in seconds        in milliseconds, or microseconds when its precision says so
/// SequenceNumber                                none
/// userIdentity: who, when it was a deletion by time to live
/// </code>
/// <para>The creation time is that of the change in the table's own log, and part of the record: every redelivery has the same. The
/// <c>eventID</c> is that of the change.</para>
/// </remarks>
internal sealed class DynamoDbDialect : IDialect
{
    private readonly MemberMap recordMap = RecordMember.NewMap();
    private readonly MemberMap bodyMap = BodyMember.NewMap();
    private readonly MemberMap identityMap = new("principalId", "PrincipalId");
    private readonly TableCatalog tables = new();
    private readonly ItemReader items = new();
    private readonly FactTexts texts = new();
    private readonly ByteWriter number = new(64);
    private readonly Coordinate coordinate = new();
    private readonly RowChange change = new();
    private readonly RowChange[] changes;

    /// <summary>Makes the dialect.</summary>
    public DynamoDbDialect() => changes = [change];

    /// <inheritdoc/>
    public RecordForm Form => RecordForm.DynamoDb;

    /// <inheritdoc/>
    public bool TryRead(in RawRecord record, RecordFrame frame, TopicState topic, out DecodeResult result)
    {
        var text = record.Value.GetValueOrDefault().Span;
        var members = new MemberBlock(text, frame.Tape.Outer, recordMap);
        result = default;
        // A flat row may have a column dynamodb that holds such an object.
        if (members.Slice(RecordMember.Body).Token != JsonToken.Object)
            return false;
        var body = new MemberBlock(text, frame.Tape.ChildrenOf(members.Entry(RecordMember.Body)), bodyMap);
        var isOne = members.Content(RecordMember.EventSource).SequenceEqual("aws:dynamodb"u8)
            || (members.Has(RecordMember.EventName) && body.Slice(BodyMember.Keys).Token == JsonToken.Object);
        if (!isOne)
            return false;
        var identity = members.Slice(RecordMember.UserIdentity).Token == JsonToken.Object
            ? frame.Tape.ChildrenOf(members.Entry(RecordMember.UserIdentity))
            : default;
        result = Read(record, topic, members, body, new MemberBlock(text, identity, identityMap));
        return true;
    }

    private DecodeResult Read(in RawRecord record, TopicState topic, in MemberBlock members, in MemberBlock body, in MemberBlock identity)
    {
        if (members.HasDuplicates || body.HasDuplicates)
            return DecodeResult.Rejected(new Rejection(RejectionCode.InvalidMember, "A member of the record is there twice.", ByteOffset: 0));
        var name = members.Content(RecordMember.TableName);
        if (name.IsEmpty)
            name = TableOf(members.Content(RecordMember.EventSourceArn));
        var origin = name.IsEmpty ? NameOrigin.Configuration : NameOrigin.Record;
        if (name.IsEmpty)
            name = topic.FlatNames.Table;
        if (name.IsEmpty)
        {
            return DecodeResult.Rejected(new Rejection(
                RejectionCode.MissingMember, "Neither tableName nor eventSourceARN names a table, nor does configuration.",
                members.Slice(RecordMember.EventSourceArn).Start));
        }

        tables.Begin("dynamodb"u8);
        tables.Part(default);
        tables.Part(topic.TopicContent);
        tables.Part(default);
        tables.Part(default);
        tables.Part(name);
        tables.PartOf(origin);
        var table = tables.Find(topic);
        if (table.Skip != SkipReason.None)
            return DecodeResult.Skipped(table.Skip);
        texts.Clear();
        change.Begin(record, table.Reference);
        var fault = SetOperation(members) ?? SetTime(record, body)
            ?? items.Read(record.Value.GetValueOrDefault(), body, table, change);
        if (fault is not null)
            return DecodeResult.Rejected(fault);
        change.Facts.Position = texts.Canonical(body.Content(BodyMember.SequenceNumber));
        var actor = identity.Content(0);
        change.Facts.Actor = texts.Canonical(actor.IsEmpty ? identity.Content(1) : actor);
        Identify(members);
        return DecodeResult.Of(changes);
    }

    /// <summary>The table in <c>arn:aws:dynamodb:region:account:table/NAME/stream/label</c>; empty for anything else.</summary>
    private static ReadOnlySpan<byte> TableOf(ReadOnlySpan<byte> arn)
    {
        var at = arn.IndexOf(":table/"u8);
        // A name with an escape is none, and could be cut in its middle.
        if (at < 0 || !arn.StartsWith("arn:"u8) || arn.Contains((byte)'\\'))
            return default;
        var name = arn[(at + ":table/"u8.Length)..];
        var end = name.IndexOf((byte)'/');
        return end < 0 ? name : name[..end];
    }

    private Rejection? SetOperation(in MemberBlock members)
    {
        var name = members.Content(RecordMember.EventName);
        ChangeOperation? known = name switch
        {
            _ when name.SequenceEqual("INSERT"u8) => ChangeOperation.Insert,
            _ when name.SequenceEqual("MODIFY"u8) => ChangeOperation.Update,
            _ when name.SequenceEqual("REMOVE"u8) => ChangeOperation.Delete,
            _ => null,
        };
        change.Facts.Operation = known.GetValueOrDefault();
        return known is not null
            ? null
            : new Rejection(
                RejectionCode.UnknownOperation, "The member eventName is none of INSERT, MODIFY and REMOVE.",
                members.Slice(RecordMember.EventName).Start);
    }

    private Rejection? SetTime(in RawRecord record, in MemberBlock body)
    {
        var facts = change.Facts;
        var at = body.Slice(BodyMember.CreationTime).Start;
        var content = body.Content(BodyMember.CreationTime);
        if (content.IsEmpty || content.SequenceEqual("0"u8))
        {
            ChangeTime.SetOfRecord(record, facts);
            return ChangeTime.Check(facts);
        }

        number.Clear();
        if (!NumberText.IsNumber(content) || !NumberText.TryWritePlain(content, number)
            || !ChangeTime.TrySet(number.Written, UnitOf(number.Written, body.Content(BodyMember.CreationTimePrecision)), facts))
            return new Rejection(RejectionCode.InvalidMember, "The member ApproximateCreationDateTime is no time in numbers.", at);
        facts.OccurredFrom = OccurredFrom.Commit;
        return ChangeTime.Check(facts, at);
    }

    /// <summary>The unit of a time, as digits that it adds to a second: an explicit precision wins, else it is seen from its size.</summary>
    private static int UnitOf(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> precision)
    {
        if (precision.SequenceEqual("MICROSECOND"u8))
            return 6;
        if (precision.SequenceEqual("MILLISECOND"u8))
            return 3;
        var point = plain.IndexOf((byte)'.');
        // Below 100,000,000,000 it is seconds, below 100,000,000,000,000 milliseconds.
        return (point < 0 ? plain.Length : point) switch
        {
            <= 11 => 0,
            <= 14 => 3,
            _ => 6,
        };
    }

    private void Identify(in MemberBlock members)
    {
        var facts = change.Facts;
        var eventId = members.Content(RecordMember.EventId);
        coordinate.Begin(facts.Table, members.Content(RecordMember.EventName));
        coordinate.Field('P', facts.Position.Span);
        var strength = IdentityStrength.Strong;
        if (!eventId.IsEmpty)
        {
            coordinate.Field('Z', eventId);
        }
        else if (!facts.Position.IsEmpty)
        {
            coordinate.Key(change);
            strength = IdentityStrength.Medium;
        }
        else
        {
            coordinate.Origin(facts);
            strength = IdentityStrength.Weak;
        }

        coordinate.Finish(strength, change);
    }
}
