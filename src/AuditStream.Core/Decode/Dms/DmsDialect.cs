using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Dms;

/// <summary>The records of AWS DMS with Kafka as its target: JSON, one row change or one control record each.</summary>
/// <remarks>
/// <code>
/// metadata, an object with                               it is
/// record-type                                            a record of DMS
/// operation + schema-name, from endpoints without types  a record of DMS: control where a member control is
///
/// record-type  operation                                 becomes
/// data         load                                      snapshot
/// data         insert, update, delete                    the same; the data of a delete is the old row
/// control      create-table, drop-table …                schema
/// </code>
/// <para>Nothing in a row's record names its key, and the record's own key is made for spreading: the key comes from configuration
/// alone.</para>
/// </remarks>
internal sealed class DmsDialect : IDialect
{
    private static readonly ReadOnlyMemory<byte> Load = "load"u8.ToArray();

    private readonly MemberMap metadataMap = MetadataMember.NewMap();
    private readonly TableCatalog tables = new();
    private readonly MetadataReader metadata = new();
    private readonly ImageReader images;
    private readonly DetailWriter detail;
    private readonly Coordinate coordinate = new();
    private readonly RowChange change = new();
    private readonly RowChange[] changes;

    /// <summary>Makes the dialect.</summary>
    public DmsDialect()
    {
        var values = new ValueConverter();
        images = new ImageReader(values);
        detail = new DetailWriter(values);
        changes = [change];
    }

    /// <inheritdoc/>
    public RecordForm Form => RecordForm.Dms;

    /// <inheritdoc/>
    public bool TryRead(in RawRecord record, RecordFrame frame, TopicState topic, out DecodeResult result)
    {
        var view = new RecordView(record, frame, topic, metadataMap);
        var isTyped = view.Metadata.Has(MetadataMember.RecordType);
        var isOne = isTyped || (view.Metadata.Has(MetadataMember.Operation) && view.Metadata.Has(MetadataMember.SchemaName));
        // A flat row may have a column metadata that holds such an object.
        if (!isOne)
        {
            result = default;
            return false;
        }

        var type = view.Metadata.Content(MetadataMember.RecordType);
        var isControl = isTyped ? type.SequenceEqual("control"u8) : view.Members.Has(TopMember.Control);
        var isUnknown = isTyped && !isControl && !type.SequenceEqual("data"u8);
        var fault = CheckMembers(view) ?? (isUnknown
            ? new Rejection(
                RejectionCode.InvalidMember, "The member record-type of metadata is neither data nor control.",
                view.Metadata.Slice(MetadataMember.RecordType).Start)
            : null);
        result = fault is null ? Read(record, view, isControl) : DecodeResult.Rejected(fault);
        return true;
    }

    private static Rejection? CheckMembers(in RecordView view)
    {
        if (view.Members.HasDuplicates)
            return new Rejection(RejectionCode.InvalidMember, "A member of the record is there twice.", ByteOffset: 0);
        if (view.Metadata.HasDuplicates)
        {
            return new Rejection(
                RejectionCode.InvalidMember, "A member of metadata is there twice.", view.Members.Slice(TopMember.Metadata).Start);
        }

        return MetadataReader.CheckText(view.Metadata, MetadataMember.Operation)
            ?? MetadataReader.CheckText(view.Metadata, MetadataMember.SchemaName)
            ?? MetadataReader.CheckText(view.Metadata, MetadataMember.TableName);
    }

    private DecodeResult Read(in RawRecord record, in RecordView view, bool isControl)
    {
        tables.Begin("dms"u8);
        tables.Part(default);
        tables.Part(view.Topic.TopicContent);
        tables.Part(default);
        tables.Part(view.Metadata.Content(MetadataMember.SchemaName));
        tables.Part(view.Metadata.Content(MetadataMember.TableName));
        var table = tables.Find(view.Topic);
        if (table.Skip != SkipReason.None)
            return DecodeResult.Skipped(table.Skip);
        metadata.Clear();
        change.Begin(record, table.Reference);
        var fault = isControl ? ReadControl(record, view) : ReadRow(record, view, table);
        return fault is null ? DecodeResult.Of(changes) : DecodeResult.Rejected(fault);
    }

    private Rejection? ReadRow(in RawRecord record, in RecordView view, TableState table)
    {
        var operation = view.Metadata.Content(MetadataMember.Operation);
        if (!TrySetOperation(operation))
        {
            return new Rejection(
                RejectionCode.UnknownOperation, "The member operation of metadata is none of load, insert, update and delete.",
                Place(view, MetadataMember.Operation));
        }

        if (table.Reference.Table is null)
            return new Rejection(RejectionCode.MissingMember, "The member metadata names no table.", Place(view, MetadataMember.TableName));
        var fault = metadata.Read(record, view, change.Facts) ?? images.Read(view, table, change);
        if (fault is not null)
            return fault;
        RowKey.Take(table, change);
        Identify(operation, view.Metadata.Content(MetadataMember.TransactionRecordId));
        return null;
    }

    /// <summary>Where a member of metadata stands; where metadata does, when it is not there.</summary>
    private static long Place(in RecordView view, int member) =>
        view.Metadata.Has(member) ? view.Metadata.Slice(member).Start : view.Members.Slice(TopMember.Metadata).Start;

    private bool TrySetOperation(ReadOnlySpan<byte> operation)
    {
        ChangeOperation? known = operation switch
        {
            _ when operation.SequenceEqual("load"u8) => ChangeOperation.Snapshot,
            _ when operation.SequenceEqual("insert"u8) => ChangeOperation.Insert,
            _ when operation.SequenceEqual("update"u8) => ChangeOperation.Update,
            _ when operation.SequenceEqual("delete"u8) => ChangeOperation.Delete,
            _ => null,
        };
        change.Facts.Operation = known.GetValueOrDefault();
        change.Facts.Snapshot = known == ChangeOperation.Snapshot ? Load : default;
        return known is not null;
    }

    private void Identify(ReadOnlySpan<byte> operation, ReadOnlySpan<byte> recordId)
    {
        var facts = change.Facts;
        var strength = IdentityStrength.Weak;
        coordinate.Begin(facts.Table, operation);
        if (facts.Operation == ChangeOperation.Snapshot)
        {
            // Each load is a new baseline: the time of reading tells its rows from those of the last one.
            if (change.Key.IsPresent && facts.OccurredFrom != OccurredFrom.Record)
            {
                coordinate.Key(change);
                coordinate.Field('Z', facts.OccurredAtMicroseconds);
                strength = IdentityStrength.Medium;
            }
        }
        else if (!facts.TransactionId.IsEmpty && !recordId.IsEmpty)
        {
            coordinate.Field('X', facts.TransactionId.Span);
            coordinate.Field('C', recordId);
            strength = IdentityStrength.Strong;
        }

        if (strength == IdentityStrength.Weak)
            coordinate.Origin(facts);
        coordinate.Finish(strength, change);
    }

    /// <summary>Reads what DMS tells its target to do with a table; <c>detail</c> has <c>control</c> as delivered and, as
    /// <c>instruction</c>, the operation.</summary>
    /// <remarks>An instruction is no proof of a change in the source: a load begins with drop-table and create-table for every
    /// table.</remarks>
    private Rejection? ReadControl(in RawRecord record, in RecordView view)
    {
        var operation = view.Metadata.Content(MetadataMember.Operation);
        if (operation.IsEmpty)
        {
            return new Rejection(
                RejectionCode.UnknownOperation, "The member metadata of a control record names no operation.",
                Place(view, MetadataMember.Operation));
        }

        var control = view.Members.Slice(TopMember.Control);
        if (control.Token is not (JsonToken.None or JsonToken.Null or JsonToken.Object))
            return new Rejection(RejectionCode.InvalidMember, "The member control is no object.", control.Start);
        change.Facts.Operation = ChangeOperation.Schema;
        var fault = metadata.Read(record, view, change.Facts);
        if (fault is not null)
            return fault;
        detail.Begin();
        detail.Member("control"u8, view.Text, control);
        detail.Member("instruction"u8, view.Text, view.Metadata.Slice(MetadataMember.Operation));
        change.Facts.Detail = detail.End();
        change.DeliveredAfter = change.Facts.Detail;
        coordinate.Begin(change.Facts.Table, operation);
        coordinate.Origin(change.Facts);
        coordinate.Finish(IdentityStrength.Weak, change);
        return null;
    }
}
