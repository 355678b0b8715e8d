using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium;

/// <summary>Reads a change once its blocks are found, whatever form the record has: envelope, CloudEvent or flat row.</summary>
internal sealed class ChangeReader
{
    private readonly CoordinateReader coordinates = new();
    private readonly KeyReader keys;
    private readonly ImageReader images;
    private readonly DocumentReader documents;
    private readonly RowChange[] changes;

    /// <summary>Makes a reader.</summary>
    public ChangeReader(SchemaCatalog schemas)
    {
        var values = new ValueConverter();
        keys = new KeyReader(schemas, values);
        images = new ImageReader(values);
        documents = new DocumentReader(values);
        Controls = new ControlReader(Facts, coordinates, values);
        changes = [Change];
    }

    /// <summary>A map that finds what is read of the block <c>transaction</c>: its id, and the two orders.</summary>
    public static MemberMap NewTransactionMap() => new("id", "total_order", "data_collection_order");

    /// <summary>The change that is being read.</summary>
    public RowChange Change { get; } = new();

    /// <summary>Reads what stands beside the rows.</summary>
    public FactsReader Facts { get; } = new();

    /// <summary>Reads what is no row.</summary>
    public ControlReader Controls { get; }

    /// <summary>Starts the change of a record.</summary>
    public void Begin(in RawRecord record, TableState table)
    {
        Facts.Clear();
        Change.Begin(record, table.Reference);
    }

    /// <summary>Sets position, transaction and time of the change, whose operation is known.</summary>
    /// <param name="record">The record.</param>
    /// <param name="engine">The engine by whose rules its log is read; null when not known.</param>
    /// <param name="source">The block <c>source</c>.</param>
    /// <param name="envelope">The members around it.</param>
    /// <param name="transaction">The block <c>transaction</c>.</param>
    public Rejection? ReadFacts(
        in RawRecord record, string? engine, in MemberBlock source, in MemberBlock envelope, in MemberBlock transaction)
    {
        var into = Change.Facts;
        var isSnapshot = into.Operation == ChangeOperation.Snapshot;
        into.Position = Facts.Position(engine, source);
        into.TransactionId = isSnapshot ? default : Facts.TransactionId(engine, source, transaction.Content(0));
        into.TransactionOrder = transaction.TryInteger(1, out var order) && order > 0 ? order : 0;
        return FactsReader.ReadTime(record, source, envelope, isSnapshot, into);
    }

    /// <summary>Reads key, images and coordinate of a row's change, whose facts are read.</summary>
    /// <param name="record">The record.</param>
    /// <param name="topic">The topic.</param>
    /// <param name="table">The table.</param>
    /// <param name="engine">The engine by whose rules its log is read; null when not known.</param>
    /// <param name="op">The operation as delivered.</param>
    /// <param name="source">The block <c>source</c>.</param>
    /// <param name="transaction">The block <c>transaction</c>.</param>
    /// <param name="before">The row before the change.</param>
    /// <param name="after">The row after the change.</param>
    public Rejection? ReadRow(
        in RawRecord record, TopicState topic, TableState table, string? engine, ReadOnlySpan<byte> op, in MemberBlock source,
        in MemberBlock transaction, in DeliveredImage before, in DeliveredImage after)
    {
        var fault = keys.ReadRecordKey(record, topic, table, Change);
        if (fault is not null)
            return fault;
        var operation = Change.Facts.Operation;
        var movedHere = keys.ReadMoves(record, table, Change);
        // With an index as identity the key of a delete is a filler, shared by different rows.
        if (operation == ChangeOperation.Delete && table.Reference.ReplicaIdentity == ReplicaIdentity.Index)
            Change.Key.Reset(ColumnLayout.Empty, ImageExtent.None);
        if (operation != ChangeOperation.Truncate)
        {
            fault = DocumentReader.HasDocuments(before, after) && table.Reference.Engine == Engines.Mongo
                ? documents.Read(before, after, table, Change)
                : images.Read(before, after, topic, table, movedHere, Change);
            if (fault is not null)
                return fault;
            RowKey.Take(table, Change);
        }

        coordinates.Read(engine, op, transaction.Content(2), source, text: default, Change);
        return null;
    }

    /// <summary>What became of the record: its change, or the rejection when there is one.</summary>
    public DecodeResult Result(Rejection? fault) => fault is null ? DecodeResult.Of(changes) : DecodeResult.Rejected(fault);
}
