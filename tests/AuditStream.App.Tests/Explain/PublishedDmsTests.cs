using System.Text.Json;
using System.Text.Json.Nodes;
using AuditStream.Testing;

namespace AuditStream.App.Tests.Explain;

/// <summary>Messages of AWS DMS from public documentation and captures through <c>explain --json</c>: every field means what was published.</summary>
/// <remarks>No record of DMS says what its table's key is, how whole the source's log is, or whether its endpoint leaves out what is null: what was
/// published takes that for granted, and configuration says it here. Where an image is published as full, <c>IncludeNullAndEmpty</c> makes it
/// so.</remarks>
public sealed class PublishedDmsTests
{
    private const string NullsAreThere = "IncludeNullAndEmpty=true";

    private static readonly Dictionary<string, string[]> settings = new(StringComparer.Ordinal)
    {
        ["pg-data-insert.json"] = ["Tables:public.foo:Key:0=id", NullsAreThere],
        ["pg-data-load.json"] = ["Tables:public.foo:Key:0=id", NullsAreThere],
        // REPLICA IDENTITY DEFAULT: only so does an empty before-image say that the row kept its key.
        ["pg-data-update-empty-before-image.json"] = ["Tables:public.foo:Key:0=id", NullsAreThere, "ReplicaIdentity=key"],
        ["pg-control-create-table.json"] = ["Name=shop"],
        ["mysql-insert-timestamp.json"] = ["Tables:testdb.retail_trans:Key:0=trans_id"],
        ["mysql-update-without-before.json"] = ["Tables:salesdb.SALES_ORDER_DETAIL:Key:0=LINE_ID"],
        // binlog_row_image=FULL, and a rule that adds before-image columns for all of them.
        ["before-image-columns-update.json"] = ["Tables:test.product:Key:0=id", NullsAreThere, "ReplicaIdentity=full"],
        ["delete-primary-key-partitioned.json"] = ["Tables:tcs.Curriculum:Key:0=id"],
        ["pg-delete-key-only.json"] = ["Tables:public.dag_run:Key:0=id"],
    };

    [FixturesFact]
    public Task Kafka() => Check("dms-json", count: 8);

    [FixturesFact]
    public Task Kinesis() => Check("dms-kinesis", count: 1);

    [FixturesFact]
    public async Task S3()
    {
        var sample = PublishedSample.Read("dms-s3").ShouldHaveSingleItem();
        // The message is a file of the bucket: its place names the table, and nothing in it the columns.
        var file = JsonNode.Parse(await File.ReadAllTextAsync(sample.Path)).ShouldNotBeNull();
        var table = string.Join('.', file["object_key"].ShouldNotBeNull().GetValue<string>().Split('/')[..2]);
        string[] lines =
        [
            "Dialect=dms_csv", "TopicPattern=(?<schema>[^.]+)[.](?<table>[^.]+)", $"Tables:{table}:Key:0=id",
            .. file["columns"].ShouldNotBeNull().AsArray().Select((column, place) => $"Tables:{table}:Columns:{place}={column}"),
        ];
        using var record = new TemporaryFile(
            new JsonObject { ["topic"] = table, ["key"] = null, ["value"] = file["value"].ShouldNotBeNull().DeepClone() }.ToJsonString());
        var answer = (await Explained.OfAsync(
            record.Path, [.. lines.SelectMany(setting => new[] { "--set", $"Sources:0:{setting}" })])).ShouldHaveSingleItem();
        answer.Events.Select(body => body.GetProperty("operation").GetString()).ShouldBe(["insert", "update", "update", "delete"]);
        answer.Events.Select(body => body.GetProperty("event_id").GetString()).ShouldBeUnique();
        PublishedComparison.Of(sample.Expected, answer).ShouldBeEmpty();
        // The fixture's first line is explained there; the others are what the documentation says of them.
        var office = (string image) => answer.Events.Select(body =>
            body.TryGetProperty(image, out var row) && row.ValueKind == JsonValueKind.Object ? row.GetProperty("office").GetString() : null);
        office("after").ShouldBe(["New York", "Los Angeles", "Dallas", null]);
        office("before").ShouldBe([null, null, null, "Dallas"]);
        answer.Events.Select(body => body.GetProperty("images").GetProperty("before").GetString()).ShouldBe(["none", "none", "none", "partial"]);
        answer.Events[1].GetProperty("changed").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static async Task Check(string folder, int count)
    {
        var samples = PublishedSample.Read(folder);
        samples.Count.ShouldBe(count);
        foreach (var sample in samples)
        {
            var answers = await Explained.OfAsync(
                sample.Path, [.. settings[sample.Name].SelectMany(setting => new[] { "--set", $"Sources:0:{setting}" })]);
            var answer = answers.ShouldHaveSingleItem(sample.Name);
            answer.Outcome.ShouldBe("event", sample.Name);
            PublishedComparison.Of(sample.Expected, answer).ShouldBeEmpty(sample.Name);
            answer.Events[0].GetProperty("source").GetProperty("kind").GetString().ShouldBe("dms", sample.Name);
        }
    }
}
