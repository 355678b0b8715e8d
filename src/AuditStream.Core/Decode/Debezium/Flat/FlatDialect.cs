using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Decode.Debezium.Flat;

/// <summary>Rows that Debezium's <c>ExtractNewRecordState</c> took out of their envelope: the image after a change, or the one before a delete,
/// and what it was asked to add.</summary>
/// <remarks>
/// <code>
/// the record                                        it is
/// value with an added member, or added headers      a flat row
/// any value of a source configured as flat          a flat row
/// null value, header op = d                         a delete (delete-to-tombstone, none)
/// null value where tombstones mean deletes          a delete (tombstone)
/// null value elsewhere                              a tombstone
///
/// op                  else deleted    else snapshot   operation
/// c r u d t                                           as in an envelope
///                     true                            delete: the row is the image before it
///                     false or none   there           snapshot
///                     false or none   not there       upsert
/// </code>
/// <para>An envelope is none of this dialect's, were its topic's source configured as flat: logical messages pass the transform as they
/// are.</para>
/// </remarks>
internal sealed class FlatDialect : IDialect
{
    private readonly TableCatalog tables = new();
    private readonly FlatRow row = new();
    private readonly ChangeReader reader;

    /// <summary>Makes the dialect.</summary>
    public FlatDialect(SchemaCatalog schemas) => reader = new ChangeReader(schemas);

    /// <inheritdoc/>
    public RecordForm Form => RecordForm.DebeziumFlatRow;

    /// <inheritdoc/>
    public bool TryRead(in RawRecord record, RecordFrame frame, TopicState topic, out DecodeResult result)
    {
        var text = record.Value.GetValueOrDefault().Span;
        row.Read(text, frame.Tape.Outer, record.Headers, topic.AddedPrefix);
        if (!row.IsTold && topic.Settings.Dialect != SourceDialect.Flat)
        {
            result = default;
            return false;
        }

        result = row.IsToldTwice
            ? DecodeResult.Rejected(new Rejection(RejectionCode.InvalidMember, "What was added to the row is there twice.", ByteOffset: 0))
            : Read(record, topic, frame.Schema);
        return true;
    }

    /// <summary>Reads a null value: a delete where it is all that is left of one, a tombstone elsewhere.</summary>
    public DecodeResult ReadNull(in RawRecord record, TopicState topic)
    {
        row.Read(text: default, members: default, record.Headers, topic.AddedPrefix);
        var settings = topic.Settings;
        var meaning = settings.Tombstones
            ?? (settings.Dialect == SourceDialect.Flat ? TombstoneMeaning.Delete : TombstoneMeaning.Noise);
        if (meaning == TombstoneMeaning.Noise && !row.Added.Envelope.Content(EnvelopeMember.Op).SequenceEqual("d"u8))
            return DecodeResult.Skipped(SkipReason.Tombstone);
        var source = row.Added.Source;
        var table = FindTable(topic, source);
        if (table.Skip != SkipReason.None)
            return DecodeResult.Skipped(table.Skip);
        reader.Begin(record, table);
        reader.Change.RecordValue = default;
        reader.Change.Facts.Operation = ChangeOperation.Delete;
        return Read(record, topic, table, "d"u8, image: default);
    }

    private DecodeResult Read(in RawRecord record, TopicState topic, ConnectSchema? schema)
    {
        var table = FindTable(topic, row.Added.Source);
        if (table.Skip != SkipReason.None)
            return DecodeResult.Skipped(table.Skip);
        reader.Begin(record, table);
        var op = row.Added.Envelope.Content(EnvelopeMember.Op);
        var snapshot = reader.Facts.Snapshot(row.Added.Source);
        var facts = reader.Change.Facts;
        if (op.IsEmpty)
        {
            facts.Operation = row.IsDeleted == true ? ChangeOperation.Delete
                : snapshot.IsEmpty ? ChangeOperation.Upsert
                : ChangeOperation.Snapshot;
            op = facts.Operation switch { ChangeOperation.Delete => "d"u8, ChangeOperation.Snapshot => "r"u8, _ => "upsert"u8 };
        }
        else if (ChangeLetter.TryRead(op, isOfSnapshot: !snapshot.IsEmpty, out var operation) && operation != ChangeOperation.Message)
        {
            facts.Operation = operation;
        }
        else
        {
            return reader.Result(new Rejection(
                RejectionCode.UnknownOperation, "The operation that was added to the row is none of c, u, d, r and t.", ByteOffset: -1));
        }

        facts.Snapshot = facts.Operation == ChangeOperation.Snapshot ? snapshot : default;
        return Read(record, topic, table, op, row.Image(record.Value.GetValueOrDefault().Span, schema));
    }

    private DecodeResult Read(in RawRecord record, TopicState topic, TableState table, ReadOnlySpan<byte> op, in DeliveredImage image)
    {
        var isDelete = reader.Change.Facts.Operation == ChangeOperation.Delete;
        var source = row.Added.Source;
        var transaction = row.Added.Transaction;
        var engine = Engines.Of(source) ?? topic.Settings.Engine;
        var fault = reader.ReadFacts(record, engine, source, row.Added.Envelope, transaction)
            ?? reader.ReadRow(
                record, topic, table, engine, op, source, transaction, isDelete ? image : default, isDelete ? default : image);
        return reader.Result(fault);
    }

    private TableState FindTable(TopicState topic, in MemberBlock source)
    {
        var names = topic.FlatNames;
        var database = source.Content(SourceMember.Db);
        var schema = source.Content(SourceMember.Schema);
        var table = source.Content(SourceMember.Table);
        if (table.IsEmpty)
            table = source.Content(SourceMember.Collection);
        var origin = NameOrigin.Record;
        if (table.IsEmpty)
        {
            origin = names.Table.Length > 0 ? NameOrigin.Configuration : NameOrigin.Topic;
            table = names.Table.Length > 0 ? names.Table : names.TopicTable;
        }

        if (schema.IsEmpty && names.Schema.Length > 0)
        {
            origin = origin == NameOrigin.Record ? NameOrigin.Configuration : origin;
            schema = names.Schema;
        }

        if (database.IsEmpty)
            database = names.Database;
        if (origin == NameOrigin.Topic && schema.IsEmpty)
        {
            // Engines without schemas have the database in that place.
            if (!Engines.HasSchemas(Engines.Of(source) ?? topic.Settings.Engine))
                database = database.IsEmpty ? names.TopicSchema : database;
            else
                schema = names.TopicSchema;
        }

        tables.Begin("debezium"u8);
        tables.Part(source.Content(SourceMember.Connector));
        var name = source.Content(SourceMember.Name);
        tables.Part(name.IsEmpty ? names.Source : name);
        tables.Part(database);
        tables.Part(schema);
        tables.Part(table);
        tables.PartOf(origin);
        return tables.Find(topic);
    }
}
