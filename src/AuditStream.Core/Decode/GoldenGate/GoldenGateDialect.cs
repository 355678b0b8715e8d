using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.GoldenGate;

/// <summary>The JSON of Oracle GoldenGate in its operation form: a change of a row, or a truncate each.</summary>
/// <remarks>
/// <code>
/// shape: op_type, op_ts and pos
///
/// op_type   becomes      with
/// I         insert       after
/// U         update       before and after; without before nothing is known of the row before
/// D         delete       before
/// T         truncate
/// </code>
/// <para><c>op_ts</c> has no zone: it is taken as UTC. <c>pos</c> is the place in the trail, which a handler that starts again reads again: the same
/// change has the same.</para>
/// </remarks>
internal sealed class GoldenGateDialect : IDialect
{
    /// <summary>How long a time may be written, in bytes.</summary>
    private const int MaxTimeBytes = 64;

    private readonly MemberMap map = GoldenGateMember.NewMap();
    private readonly TableCatalog tables = new();
    private readonly FactTexts texts = new();
    private readonly Coordinate coordinate = new();
    private readonly JsonTree names = new();
    private readonly ImageReader images = new(new ValueConverter());
    private readonly RowChange change = new();
    private readonly RowChange[] changes;

    /// <summary>Makes the dialect.</summary>
    public GoldenGateDialect() => changes = [change];

    /// <inheritdoc/>
    public RecordForm Form => RecordForm.GoldenGate;

    /// <inheritdoc/>
    public bool TryRead(in RawRecord record, RecordFrame frame, TopicState topic, out DecodeResult result)
    {
        result = default;
        var text = record.Value.GetValueOrDefault().Span;
        // A flat row may have columns of these names.
        if (!frame.Tape.Has(text, "op_ts"u8))
            return false;
        var members = new MemberBlock(text, frame.Tape.Outer, map);
        if (!members.Has(GoldenGateMember.OpType) || !members.Has(GoldenGateMember.OpTs) || !members.Has(GoldenGateMember.Pos))
            return false;
        result = members.HasDuplicates
            ? DecodeResult.Rejected(new Rejection(RejectionCode.InvalidMember, "A member of the record is there twice.", ByteOffset: 0))
            : Read(record, frame.Tape, topic, text, members);
        return true;
    }

    private DecodeResult Read(in RawRecord record, JsonTape tape, TopicState topic, ReadOnlySpan<byte> text, in MemberBlock members)
    {
        var name = new TableName(members.Content(GoldenGateMember.Table));
        if (members.Slice(GoldenGateMember.Table).Token != JsonToken.String || name.Table.IsEmpty)
        {
            return DecodeResult.Rejected(new Rejection(
                RejectionCode.MissingMember, "The record names no table.", members.Slice(GoldenGateMember.Table).Start));
        }

        tables.Begin("goldengate"u8);
        tables.Part(default);
        tables.Part(topic.TopicContent);
        tables.Part(name.Database);
        tables.Part(name.Schema);
        tables.Part(name.Table);
        var table = tables.Find(topic);
        if (table.Skip != SkipReason.None)
            return DecodeResult.Skipped(table.Skip);
        texts.Clear();
        change.Begin(record, table.Reference);
        var fault = ReadChange(record, tape, text, members, table);
        return fault is null ? DecodeResult.Of(changes) : DecodeResult.Rejected(fault);
    }

    private Rejection? ReadChange(in RawRecord record, JsonTape tape, ReadOnlySpan<byte> text, in MemberBlock members, TableState table)
    {
        var op = members.Content(GoldenGateMember.OpType);
        if (!TrySetOperation(op))
        {
            return new Rejection(
                RejectionCode.UnknownOperation, "The member op_type is none of I, U, D and T.", members.Slice(GoldenGateMember.OpType).Start);
        }

        if (!members.IsScalar(GoldenGateMember.Pos))
            return new Rejection(RejectionCode.InvalidMember, "The member pos is neither text nor number.", members.Slice(GoldenGateMember.Pos).Start);
        change.Facts.Position = texts.Canonical(members.Content(GoldenGateMember.Pos));
        var fault = ReadTime(record, members);
        if (fault is not null)
            return fault;
        if (change.Facts.Operation != ChangeOperation.Truncate)
        {
            var key = ReadKey(text, members.Slice(GoldenGateMember.PrimaryKeys), table) ?? table.ConfiguredKey();
            fault = images.Read(record, tape, members, table, key, change);
            if (fault is not null)
                return fault;
            RowKey.Take(key, change);
        }

        coordinate.Begin(change.Facts.Table, op);
        coordinate.Field('P', change.Facts.Position.Span);
        if (change.Facts.Position.IsEmpty)
            coordinate.Origin(change.Facts);
        coordinate.Finish(change.Facts.Position.IsEmpty ? IdentityStrength.Weak : IdentityStrength.Strong, change);
        return null;
    }

    private bool TrySetOperation(ReadOnlySpan<byte> op)
    {
        ChangeOperation? known = op switch
        {
            [(byte)'I'] => ChangeOperation.Insert,
            [(byte)'U'] => ChangeOperation.Update,
            [(byte)'D'] => ChangeOperation.Delete,
            [(byte)'T'] => ChangeOperation.Truncate,
            _ => null,
        };
        change.Facts.Operation = known.GetValueOrDefault();
        return known is not null;
    }

    private Rejection? ReadTime(in RawRecord record, in MemberBlock members)
    {
        var slice = members.Slice(GoldenGateMember.OpTs);
        var time = members.Content(GoldenGateMember.OpTs);
        if (time.IsEmpty && members.IsScalar(GoldenGateMember.OpTs))
        {
            ChangeTime.SetOfRecord(record, change.Facts);
            return ChangeTime.Check(change.Facts);
        }

        Span<byte> zoned = stackalloc byte[MaxTimeBytes + 1];
        var isTime = slice.Token == JsonToken.String && ChangeTime.TrySet(time, change.Facts);
        if (!isTime && slice.Token == JsonToken.String && time.Length <= MaxTimeBytes)
        {
            time.CopyTo(zoned);
            zoned[time.Length] = (byte)'Z';
            isTime = ChangeTime.TrySet(zoned[..(time.Length + 1)], change.Facts);
        }

        if (!isTime)
            return new Rejection(RejectionCode.InvalidMember, "The member op_ts is no date with its time.", slice.Start);
        change.Facts.OccurredFrom = OccurredFrom.Commit;
        return ChangeTime.Check(change.Facts, slice.Start);
    }

    private ColumnLayout? ReadKey(ReadOnlySpan<byte> text, in JsonSlice columns, TableState table)
    {
        var named = table.NamedKey;
        named.Clear();
        named.AddAll(text, columns, names);
        return named.Layout();
    }
}
