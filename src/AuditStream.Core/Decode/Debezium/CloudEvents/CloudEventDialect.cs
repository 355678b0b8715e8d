using System.Collections.Frozen;
using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium.CloudEvents;

/// <summary>Debezium's changes as structured CloudEvents in JSON: the blocks of the envelope are attributes, the images are in
/// <c>data</c>.</summary>
/// <remarks>
/// <code>
/// attribute                          stands for
/// iodebeziumop                       op
/// iodebeziumtsms, iodebeziumlsn …    source.ts_ms, source.lsn: only letters and digits are left of a name
/// iodebeziumtxId                     source.txId
/// iodebeziumtxid                     transaction.id
/// iodebeziumtxtotalorder             transaction.total_order
/// iodebeziumtxdatacollectionorder    transaction.data_collection_order
/// data                               before and after, in Connect's wrapper or not
/// </code>
/// </remarks>
internal sealed class CloudEventDialect : IDialect
{
    private static readonly byte[] prefix = "iodebezium"u8.ToArray();

    private static readonly FrozenDictionary<byte[], (BlockKind Block, byte[] Name)> attributes = NewAttributes();

    private static readonly FrozenDictionary<byte[], (BlockKind Block, byte[] Name)>.AlternateLookup<ReadOnlySpan<byte>> lookup =
        attributes.GetAlternateLookup<ReadOnlySpan<byte>>();

    private readonly MemberMap dataMap = EnvelopeMember.NewMap();
    private readonly EnvelopeBlocks blocks = new();
    private readonly DebeziumDialect debezium;
    private readonly RecordFrame dataFrame;

    /// <summary>Makes the dialect.</summary>
    /// <param name="debezium">Reads the changes.</param>
    /// <param name="schemas">The schemas that were seen.</param>
    public CloudEventDialect(DebeziumDialect debezium, SchemaCatalog schemas)
    {
        this.debezium = debezium;
        dataFrame = new RecordFrame(schemas);
    }

    /// <inheritdoc/>
    public RecordForm Form => RecordForm.DebeziumCloudEvent;

    /// <inheritdoc/>
    public bool TryRead(in RawRecord record, RecordFrame frame, TopicState topic, out DecodeResult result)
    {
        result = default;
        var text = record.Value.GetValueOrDefault().Span;
        var isVersioned = false;
        var isDebezium = false;
        var isTwice = false;
        var data = default(JsonSlice);
        blocks.Clear();
        foreach (ref readonly var member in frame.Tape.Outer)
        {
            var name = member.NameOf(text);
            if (name.StartsWith(prefix))
            {
                isDebezium = true;
                if (lookup.TryGetValue(name[prefix.Length..], out var attribute))
                    blocks.Add(attribute.Block, attribute.Name, member.Slice.Of(text), member.Token);
            }
            else if (name.SequenceEqual("data"u8))
            {
                isTwice |= data.Token != JsonToken.None;
                data = member.Slice;
            }
            else
            {
                isVersioned |= name.SequenceEqual("specversion"u8);
            }
        }

        if (!isVersioned || !isDebezium)
            return false;
        isTwice |= blocks.Envelope.HasDuplicates || blocks.Source.HasDuplicates || blocks.Transaction.HasDuplicates;
        result = isTwice ? DecodeResult.Rejected(new Rejection(RejectionCode.InvalidMember, "An attribute of the CloudEvent is there twice.", ByteOffset: 0))
            : data.Token == JsonToken.Object ? ReadData(record, topic, data)
            : DecodeResult.Rejected(new Rejection(
                RejectionCode.InvalidMember, "The member data of the CloudEvent is no JSON object: data in Avro is not read.", data.Start));
        return true;
    }

    private static FrozenDictionary<byte[], (BlockKind Block, byte[] Name)> NewAttributes()
    {
        var all = new Dictionary<byte[], (BlockKind, byte[])>(ByteKeyComparer.Instance);
        foreach (var name in SourceMember.Names)
            all.Add(Encoding.UTF8.GetBytes(name.Replace("_", "", StringComparison.Ordinal)), (BlockKind.Source, Encoding.UTF8.GetBytes(name)));
        all.Add("op"u8.ToArray(), (BlockKind.Envelope, "op"u8.ToArray()));
        foreach (var name in (string[])["id", "total_order", "data_collection_order"])
        {
            var attribute = "tx" + name.Replace("_", "", StringComparison.Ordinal);
            all.Add(Encoding.UTF8.GetBytes(attribute), (BlockKind.Transaction, Encoding.UTF8.GetBytes(name)));
        }

        return all.ToFrozenDictionary(ByteKeyComparer.Instance);
    }

    private DecodeResult ReadData(in RawRecord record, TopicState topic, in JsonSlice data)
    {
        var inner = record with { Value = record.Value.GetValueOrDefault().Slice(data.Start, data.Length) };
        var fault = dataFrame.Read(inner.Value.GetValueOrDefault(), topic.ValueSchema);
        if (fault is null && dataFrame.Payload != JsonToken.Object)
            fault = new Rejection(RejectionCode.InvalidMember, "The member data of the CloudEvent holds no object.", ByteOffset: 0);
        if (fault is null)
        {
            var view = new EnvelopeView(inner, dataFrame, topic, dataMap);
            if (view.Members.HasDuplicates)
                return DecodeResult.Rejected(new Rejection(RejectionCode.InvalidMember, "A member of data is there twice.", data.Start));
            var result = debezium.ReadChange(inner, view, blocks.Envelope.Content(EnvelopeMember.Op), blocks.Source, blocks.Transaction);
            if (result.Rejection is null)
                return result;
            fault = result.Rejection;
        }

        return DecodeResult.Rejected(fault with { ByteOffset = fault.ByteOffset < 0 ? -1 : fault.ByteOffset + data.Start });
    }
}
