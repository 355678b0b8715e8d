using System.Text;
using System.Text.Json.Nodes;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;
using AuditStream.Core.Tests.Normalize;

namespace AuditStream.Core.Tests.Decode.Avro;

/// <summary>Real Avro messages beside the messages of a connector that read the same database at the same time and wrote JSON with
/// schemas.</summary>
public sealed class CapturedAvroTests
{
    private const string Tables = "accounts cards measures staging";

    [CapturedMessagesFact]
    public void Every_avro_message_is_a_change_or_a_skip()
    {
        var decoder = new Core.Decode.Decoder(new DecodeSettings(), CapturedSchemas.Read());
        var results = CapturedMessages.Read("pg-e-avro").Select(record => decoder.Decode(record)).ToList();
        results.Where(result => result.Rejection is not null).Select(result => result.Rejection).ShouldBeEmpty();
        (results.Sum(result => result.Changes.Count), results.Count(result => result.Skip != SkipReason.None)).ShouldBe((45, 17));
    }

    [CapturedMessagesFact]
    public void A_streamed_change_gives_the_same_event_from_avro_as_from_json_with_schema()
    {
        var fromAvro = Events("pg-e-avro");
        var fromJson = Events("pg-b-json-schema");
        fromJson.Count.ShouldBeGreaterThan(20);
        fromAvro.Keys.Order(StringComparer.Ordinal).ShouldBe(fromJson.Keys.Order(StringComparer.Ordinal));
        foreach (var (id, json) in fromJson)
            fromAvro[id].ShouldBe(json);
    }

    /// <summary>Events by id without what says where the record lay; a snapshot is of its own time and connector.</summary>
    private static Dictionary<string, string> Events(string capture)
    {
        var settings = new NormalizerSettings
        {
            Decode = new DecodeSettings { Sources = [new SourceSettings { Name = "bank" }] },
            IdentityKey = MadeKey.Key, ConfigHash = "c0ffee", ProductVersion = "0.1.0",
        };
        var normalizer = new Normalizer(settings, CapturedSchemas.Read());
        var output = new CollectingOutput();
        foreach (var record in CapturedMessages.Read(capture))
            normalizer.Process(record, output).Rejection.ShouldBeNull();
        var events = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var value in output.Values)
        {
            var body = JsonNode.Parse(Encoding.UTF8.GetString(value)).ShouldNotBeNull().AsObject();
            var table = body["source"]?["table"]?.GetValue<string>() ?? "";
            if (body["operation"]?.GetValue<string>() == "snapshot" || !Tables.Split(' ').Contains(table))
                continue;
            body.Remove("origin");
            events.Add(body["event_id"]?.GetValue<string>() ?? "", body.ToJsonString());
        }

        return events;
    }
}
