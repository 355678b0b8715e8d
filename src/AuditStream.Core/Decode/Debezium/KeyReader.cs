using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Decode.Values;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium;

/// <summary>Reads keys: of the record, and of its headers for a key change.</summary>
/// <remarks>Inside a key every number is a JSON string in plain digits, so that a row keeps its key when a converter changes.</remarks>
internal sealed class KeyReader
{
    // ByLogicalTableRouter adds the first to tell physical tables apart; the second is its name in the documentation.
    private static readonly Predicate<string> IsColumn =
        name => name is not ("__dbz__physicalTableIdentifier" or "__dbz__sourceIdentifier");

    private readonly ValueConverter values;
    private readonly RecordFrame frame;
    private readonly RecordFrame headerFrame;
    private readonly SchemaSlot headerSlot = new();
    private ConnectSchema? keySchema;

    /// <summary>Makes a reader.</summary>
    public KeyReader(SchemaCatalog schemas, ValueConverter values)
    {
        this.values = values;
        frame = new RecordFrame(schemas);
        headerFrame = new RecordFrame(schemas);
    }

    /// <summary>Reads the record's key into the change; a rejection when its bytes are no key.</summary>
    public Rejection? ReadRecordKey(in RawRecord record, TopicState topic, TableState table, RowChange change)
    {
        change.Key.Reset(ColumnLayout.Empty, ImageExtent.None);
        keySchema = null;
        if (record.Key is not { Length: > 0 } key)
            return null;
        var fault = frame.Read(key, topic.KeySchema, SchemaIdHeaders.OfKey(record.Headers));
        if (fault is not null)
            return new Rejection(KeyCode(fault.Code), $"The key cannot be read: {fault.Message}", ByteOffset: -1);
        var text = frame.Text.Span;
        keySchema = frame.Schema;
        if (frame.Payload == JsonToken.Null)
            return null;
        if (frame.Payload != JsonToken.Object)
            return Malformed("The key is no object of columns.");
        var shape = table.Keys.Find(text, frame.Tape.Outer, frame.Schema);
        if (shape is null)
            return Malformed("The key names a column twice, or by a name that no event can hold.");
        var keyShape = table.Key(shape, IsColumn);
        if (keyShape.Layout.Count == 0)
            return null;
        return TryFill(text, frame.Tape.Outer, keyShape, change.Key, change.Scratch, out var column)
            ? null
            : Malformed($"Column {shape.Names[column]} of the key does not fit its declared type.");
    }

    /// <summary>Reads the headers that link the halves of a key change; true for the insert half.</summary>
    public bool ReadMoves(in RawRecord record, TableState table, RowChange change)
    {
        var movedHere = false;
        var operation = change.Facts.Operation;
        // Without an operation the insert half is an upsert.
        var isInsert = operation is ChangeOperation.Insert or ChangeOperation.Upsert;
        if ((!isInsert && operation != ChangeOperation.Delete) || record.Headers is not { Count: > 0 } headers)
            return false;
        for (var index = 0; index < headers.Count; index++)
        {
            var header = headers[index];
            if (!isInsert && header.Name == "__debezium.newkey" && header.Value is { } next)
            {
                ReadHeaderKey(next, table, change.NextKey, change.Scratch);
            }
            else if (isInsert && header.Name == "__debezium.oldkey" && header.Value is { } previous)
            {
                movedHere = true;
                if (table.Reference.ReplicaIdentity != ReplicaIdentity.Index)
                    ReadHeaderKey(previous, table, change.PreviousKey, change.Scratch);
            }
        }

        return movedHere;
    }

    // An unreadable key in a header is not known.
    private void ReadHeaderKey(ReadOnlyMemory<byte> bytes, TableState table, RowImage image, ByteWriter scratch)
    {
        image.Reset(ColumnLayout.Empty, ImageExtent.None);
        if (headerFrame.Read(bytes, headerSlot) is not null || headerFrame.Payload != JsonToken.Object)
            return;
        // The header's converter is another than the key's: without a schema of its own, the key's tells the types if they fit.
        var schema = headerFrame.Schema ?? keySchema;
        if (!TryHeader(schema, table, image, scratch) && (schema is null || !TryHeader(schema: null, table, image, scratch)))
            image.Reset(ColumnLayout.Empty, ImageExtent.None);
    }

    private bool TryHeader(ConnectSchema? schema, TableState table, RowImage image, ByteWriter scratch)
    {
        var text = headerFrame.Text.Span;
        var shape = table.Keys.Find(text, headerFrame.Tape.Outer, schema);
        if (shape is null)
            return false;
        var keyShape = table.Key(shape, IsColumn);
        return keyShape.Layout.Count > 0 && TryFill(text, headerFrame.Tape.Outer, keyShape, image, scratch, out _);
    }

    private bool TryFill(
        ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members, KeyShape key, RowImage image, ByteWriter scratch, out int failed)
    {
        image.Reset(key.Layout, ImageExtent.Full);
        for (failed = 0; failed < members.Length; failed++)
        {
            var column = key.Columns[failed];
            if (column < 0)
                continue;
            var slice = members[failed].Slice;
            var schema = key.Shape.Columns[failed];
            Value value;
            if (slice.Token == JsonToken.Number && (schema is null or { Coding: ValueCoding.Int32 or ValueCoding.Float }))
                value = RowKey.NumberString(slice.Of(text), scratch);
            else if (!values.TryCopy(text, slice, schema, scratch, out value))
                return false;
            image.Values[column] = value;
        }

        return true;
    }

    /// <summary>What a schema is missing for says more than that the key cannot be read.</summary>
    private static RejectionCode KeyCode(RejectionCode code) =>
        code is RejectionCode.UnknownSchema or RejectionCode.UnsupportedSchema or RejectionCode.MalformedSchema ? code : RejectionCode.MalformedKey;

    private static Rejection Malformed(string message) => new(RejectionCode.MalformedKey, message, ByteOffset: -1);
}
