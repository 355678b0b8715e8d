using System.Text.Unicode;
using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Dms.Csv;

/// <summary>The lines that AWS DMS writes to S3, brought to a topic one by one or file by file: each line is a change.</summary>
/// <remarks>
/// <code>
/// line                                       is
/// I,101,Smith                                insert; with IncludeOpForFullLoad upsert, because rows of a load look the same
/// U,101,Smith                                update: the row after it, and old values where there are BI_ columns
/// D,101,Smith                                delete: the row before it
/// 101,Smith                                  as configured: snapshot (a load), insert or upsert
/// Op,id,name                                 the names of the columns, with AddColumnName
/// I,EMPLOYEE,hr,101,Smith                    with PreserveTransactions: operation, table, schema, row
/// </code>
/// <para>Nothing in such a line tells what it is: configuration does, and no other dialect is asked then. Nothing tells types: every value is a text.
/// The operation is known by the number of fields, one more than columns.</para>
/// <para>A line has no place in the source's log and no transaction, so that its identity is weak: by where the record stood, and by the line's number.
/// A row of a load is known by its key and the time of reading.</para>
/// </remarks>
internal sealed class CsvDialect : IDialect
{
    /// <summary>How many bytes of names the rows of a record may take together, each of which names its columns.</summary>
    public const int MaxNameBytes = 64 * 1024 * 1024;

    private const int FieldsBeforeColumns = 3;

    private static readonly ReadOnlyMemory<byte> Load = "load"u8.ToArray();

    private readonly TableCatalog tables = new();
    private readonly ChangeList changes = new();
    private readonly CsvLine line = new();
    private readonly LineRow row = new();
    private readonly ByteWriter text = new();
    private readonly ByteWriter names = new(64);
    private readonly RowImages images = new(new ValueConverter());
    private SkipReason skip;
    private long nameBytes;

    /// <inheritdoc/>
    public RecordForm Form => RecordForm.DmsCsv;

    /// <inheritdoc/>
    /// <remarks>The frame is not looked at: lines are in none.</remarks>
    public bool TryRead(in RawRecord record, RecordFrame frame, TopicState topic, out DecodeResult result)
    {
        result = topic.Settings.Dialect == SourceDialect.DmsCsv ? Read(record, topic) : default;
        return topic.Settings.Dialect == SourceDialect.DmsCsv;
    }

    /// <summary>True for what stands in the place of the operation.</summary>
    public static bool IsOperation(ReadOnlySpan<byte> content) => content is [(byte)'I' or (byte)'U' or (byte)'D'];

    private DecodeResult Read(in RawRecord record, TopicState topic)
    {
        var value = record.Value.GetValueOrDefault().Span;
        if (!Utf8.IsValid(value))
            return DecodeResult.Rejected(new Rejection(RejectionCode.InvalidUtf8, "The bytes are not UTF-8.", Utf8Text.FirstInvalid(value, out _)));
        if (CheckLineCount(value, topic.Lines) is { } tooMany)
            return DecodeResult.Rejected(tooMany);
        changes.Clear();
        text.Clear();
        (skip, nameBytes) = (SkipReason.Header, 0);
        var header = default(ColumnPlan);
        var position = 0;
        for (var number = 1; position < value.Length; number++)
        {
            var fault = line.Read(value, topic.Lines, ref position)
                ?? (topic.Lines.Settings.PreserveTransactions ? ReadOfTransaction(record, topic, number) : ReadOfTable(record, topic, number, ref header));
            if (fault is not null)
                return DecodeResult.Rejected(fault);
        }

        return changes.Count == 0 ? DecodeResult.Skipped(skip) : changes.Result(fault: null);
    }

    /// <summary>Refuses a record of too many lines before anything is made of them.</summary>
    private Rejection? CheckLineCount(ReadOnlySpan<byte> record, CsvForm form)
    {
        // There is at most one line more than ends of lines, of which some may stand within quotes.
        if (record.Length <= ChangeList.MaxChanges || record.Count(form.RowDelimiter) < ChangeList.MaxChanges)
            return null;
        var position = 0;
        for (var number = 0; position < record.Length; number++)
        {
            if (number == ChangeList.MaxChanges)
                return new Rejection(RejectionCode.TooLarge, $"The record has more than {ChangeList.MaxChanges} lines.", position);
            if (line.Read(record, form, ref position) is { } fault)
                return fault;
        }

        return null;
    }

    private Rejection? ReadOfTable(in RawRecord record, TopicState topic, int number, ref ColumnPlan? header)
    {
        var value = record.Value.GetValueOrDefault().Span;
        var table = FindTable(topic);
        var plans = table.Lines ??= new TablePlans(table.Reference, topic.Lines);
        if (number == 1 && topic.Lines.Settings.AddColumnName)
        {
            var unknown = plans.ReadHeader(value, line, topic.Lines, out header);
            if (unknown is not null || header is not null)
                return unknown;
        }

        var plan = header ?? plans.Configured;
        if (plan is null)
            return NoColumns();
        var isMarked = line.Count == plan.Names.Length + 1;
        if (!isMarked && line.Count != plan.Names.Length)
            return OtherColumns(line.Count, plan);
        var mark = isMarked ? line[0].Of(value) : default;
        if (!isMarked && IsOperation(line[0].Of(value)))
        {
            return new Rejection(
                RejectionCode.UnknownColumns, "A line begins with what looks like an operation, and has one field less than operation and columns.", line.Start);
        }

        return isMarked && !IsOperation(mark) ? UnknownOperation() : ReadRow(record, topic, table, plan, isMarked ? 1 : 0, number);
    }

    private Rejection? ReadOfTransaction(in RawRecord record, TopicState topic, int number)
    {
        var value = record.Value.GetValueOrDefault().Span;
        if (line.Count <= FieldsBeforeColumns)
            return new Rejection(RejectionCode.UnknownColumns, "A line has no more fields than operation, table and schema.", line.Start);
        if (!IsOperation(line[0].Of(value)))
            return UnknownOperation();
        var table = FindTable(topic, line[1].Of(value), line[2].Of(value));
        var plan = (table.Lines ??= new TablePlans(table.Reference, topic.Lines)).Configured;
        if (table.Skip != SkipReason.None)
        {
            skip = table.Skip;
            return null;
        }

        return plan is null ? NoColumns()
            : line.Count != FieldsBeforeColumns + plan.Names.Length ? OtherColumns(line.Count - FieldsBeforeColumns, plan)
            : ReadRow(record, topic, table, plan, FieldsBeforeColumns, number);
    }

    private Rejection? ReadRow(in RawRecord record, TopicState topic, TableState table, ColumnPlan plan, int first, int number)
    {
        if (table.Skip != SkipReason.None)
        {
            skip = table.Skip;
            return null;
        }

        nameBytes += plan.NameText.Length;
        if (nameBytes > MaxNameBytes)
        {
            return new Rejection(
                RejectionCode.TooLarge, $"The names of the columns take more than {MaxNameBytes} bytes in the rows of the record.", line.Start);
        }

        var value = record.Value.GetValueOrDefault();
        var mark = first == 0 ? default : line[0].Of(value.Span);
        var change = changes.Add(record, table.Reference);
        change.Facts.Operation = OperationOf(mark, topic.Lines.Settings);
        change.Facts.Snapshot = change.Facts.Operation == ChangeOperation.Snapshot ? Load : default;
        row.Write(value.Span, line, first, plan, change.Facts.Operation, topic.Lines, text);
        change.RecordValue = text.WrittenMemory;
        var fault = ReadTime(record, first + plan.TimestampAt, plan, topic.Lines, change.Facts) ?? ReadImages(table, change);
        if (fault is not null)
            return fault;
        row.Mark(plan, change);
        var delivered = value[line[first].Start..line.End];
        if (change.Facts.Operation == ChangeOperation.Delete)
            change.DeliveredBefore = delivered;
        else
            change.DeliveredAfter = delivered;
        RowKey.Take(table, change);
        Identify(mark, number, change);
        return null;
    }

    private static ChangeOperation OperationOf(ReadOnlySpan<byte> mark, CsvSettings settings) => mark switch
    {
        // In files of transactions there is no load.
        [(byte)'I'] => settings is { IncludeOpForFullLoad: true, PreserveTransactions: false } ? ChangeOperation.Upsert : ChangeOperation.Insert,
        [(byte)'U'] => ChangeOperation.Update,
        [(byte)'D'] => ChangeOperation.Delete,
        _ => settings.UnmarkedRows switch
        {
            UnmarkedRows.Insert => ChangeOperation.Insert,
            UnmarkedRows.Upsert => ChangeOperation.Upsert,
            _ => ChangeOperation.Snapshot,
        },
    };

    private Rejection? ReadImages(TableState table, RowChange change)
    {
        var isDelete = change.Facts.Operation == ChangeOperation.Delete;
        var fault = images.Read(
            text.Written, isDelete ? row.Row : row.Old, isDelete ? default : row.Row, table, change, line.Start);
        if (fault is not null)
            return fault with { ByteOffset = line.Start };
        if (!row.Old.IsEmpty && !change.Before.IsPresent && table.Reference.ReplicaIdentity == ReplicaIdentity.Key)
            RowImages.KeepKey(table, change);
        return null;
    }

    /// <summary>Reads the time of a line, <c>2025-06-15 10:00:00.123456</c> in UTC: of the commit, or of reading in a load.</summary>
    private Rejection? ReadTime(in RawRecord record, int at, ColumnPlan plan, CsvForm form, ChangeFacts facts)
    {
        var value = record.Value.GetValueOrDefault().Span;
        var content = plan.TimestampAt < 0 ? default : line[at].Of(value);
        if (content.IsEmpty || form.IsNull(content))
        {
            ChangeTime.SetOfRecord(record, facts);
            return ChangeTime.Check(facts);
        }

        names.Clear();
        names.Write(content);
        names.Write((byte)'Z');
        if (!ChangeTime.TrySet(names.Written, facts))
            return new Rejection(RejectionCode.InvalidMember, "The time of a line is none of the form yyyy-MM-dd HH:mm:ss.SSSSSS.", line[at].Start);
        facts.OccurredFrom = facts.Operation is ChangeOperation.Snapshot or ChangeOperation.Upsert ? OccurredFrom.Capture : OccurredFrom.Commit;
        return ChangeTime.Check(facts, line[at].Start);
    }

    private void Identify(ReadOnlySpan<byte> mark, int number, RowChange change)
    {
        var facts = change.Facts;
        var coordinate = changes.Locate(change, mark);
        // Each load is a new baseline: the time of reading tells its rows from those of the last one.
        if (facts.Operation == ChangeOperation.Snapshot && change.Key.IsPresent && facts.OccurredFrom != OccurredFrom.Record)
        {
            coordinate.Key(change);
            coordinate.Field('Z', facts.OccurredAtMicroseconds);
            changes.Finish(IdentityStrength.Medium, change);
            return;
        }

        coordinate.Field('C', number);
        changes.Finish(IdentityStrength.Weak, change);
    }

    private TableState FindTable(TopicState topic)
    {
        var configured = topic.FlatNames;
        var origin = configured.Table.Length > 0 ? NameOrigin.Configuration : NameOrigin.Topic;
        var schema = configured.Schema.Length == 0 && origin == NameOrigin.Topic ? configured.TopicSchema : configured.Schema;
        Begin(topic, schema, origin == NameOrigin.Topic ? configured.TopicTable : configured.Table);
        tables.PartOf(origin);
        return tables.Find(topic);
    }

    private TableState FindTable(TopicState topic, ReadOnlySpan<byte> table, ReadOnlySpan<byte> schema)
    {
        names.Clear();
        JsonText.Escape(schema, names);
        var schemaLength = names.Length;
        JsonText.Escape(table, names);
        Begin(topic, names.Written[..schemaLength], names.Written[schemaLength..]);
        return tables.Find(topic);
    }

    private void Begin(TopicState topic, ReadOnlySpan<byte> schema, ReadOnlySpan<byte> table)
    {
        tables.Begin("dms"u8);
        tables.Part(default);
        tables.Part(topic.TopicContent);
        tables.Part(topic.FlatNames.Database);
        tables.Part(schema);
        tables.Part(table);
    }

    private Rejection UnknownOperation() =>
        new(RejectionCode.UnknownOperation, "A line begins with none of I, U and D, and has a field more than columns.", line.Start);

    private Rejection NoColumns() =>
        new(RejectionCode.UnknownColumns, "No columns are configured for the table of a line, and no line before it names them.", line.Start);

    private Rejection OtherColumns(int fields, ColumnPlan plan) => new(
        RejectionCode.UnknownColumns, $"A line has {fields} fields for {plan.Names.Length} columns.", line.Start);
}
