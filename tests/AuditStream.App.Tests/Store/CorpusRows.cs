using AuditStream.App.Configuration;
using AuditStream.App.Explain;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;
using AuditStream.Core.Images;
using AuditStream.Core.Normalize;
using AuditStream.Core.Sink;

namespace AuditStream.App.Tests.Store;

/// <summary>Raw records → events as the final topic gets them → rows as the sink reads them back. Each case has an identity key of its own, so that no two
/// cases have an event in common.</summary>
internal sealed class CorpusRows
{
    private const string FinalTopic = "audit.events";
    private const int AvroSchemaId = 7;

    /// <summary>The bytes of each event's value on the topic, and its row: the offset is the index.</summary>
    public List<(byte[] Value, AuditRow Row)> Events { get; } = [];

    /// <summary>Takes the records of one case, as <c>explain</c> reads them.</summary>
    /// <param name="settings">Settings as on the command line.</param>
    /// <param name="schemas">The schemas of Avro records; null for none.</param>
    /// <param name="records">The records.</param>
    public void Take(IReadOnlyList<string> settings, ISchemaSource? schemas, IEnumerable<byte[]> records)
    {
        var key = new IdentityKey([.. BitConverter.GetBytes(Events.Count), .. new byte[IdentityKey.MinimumBytes]]);
        var options = ConfigurationReader.Read(file: null, [.. settings, "Roles=sink"]);
        var made = CoreSettings.Normalizer(options, key);
        var json = new Output(this, key, isAvro: false);
        var avro = new Output(this, key, isAvro: true);
        var asJson = new Normalizer(made, schemas, new MemoryImageStore());
        var asAvro = new Normalizer(made with { Emit = made.Emit with { AvroSchemaId = AvroSchemaId } }, schemas, new MemoryImageStore());
        var number = 0;
        foreach (var record in records)
        {
            var raw = ExplainInput.Read(new InputText(Line: 1, Lines: 1, record), ++number, "topic").Record;
            _ = asJson.Process(raw, json);
            _ = asAvro.Process(raw, avro);
        }
        avro.Bodies.Count.ShouldBe(json.Bodies.Count);
        for (var index = 0; index < json.Bodies.Count; index++)
            avro.Bodies[index].SequenceEqual(json.Bodies[index]).ShouldBeTrue("an event in Avro must give the bytes that it has in JSON");
    }

    /// <summary>Reads each event back as the sink does.</summary>
    private sealed class Output(CorpusRows corpus, IdentityKey key, bool isAvro) : IAuditEventOutput
    {
        private readonly AuditRowReader reader = new(key.Fingerprint, isAvro ? new Schemas() : null);

        public List<byte[]> Bodies { get; } = [];

        public void Emit(AuditEvent auditEvent)
        {
            var record = new RawRecord
            {
                Topic = FinalTopic,
                Partition = 0,
                Offset = corpus.Events.Count,
                TimestampMilliseconds = auditEvent.TimestampMilliseconds,
                Key = auditEvent.Key,
                Value = auditEvent.Value,
                Headers = auditEvent.Headers,
            };
            var row = reader.Read(record, out var rejection).ShouldNotBeNull(rejection?.Message);
            Bodies.Add(row.Body.ToArray());
            if (!isAvro)
                corpus.Events.Add((auditEvent.Value.ToArray(), row));
        }
    }

    private sealed class Schemas : ISchemaSource
    {
        public SchemaAnswer Find(SchemaId id) => SchemaAnswer.Found(System.Text.Encoding.UTF8.GetBytes(EventSchema.Text));
    }
}
