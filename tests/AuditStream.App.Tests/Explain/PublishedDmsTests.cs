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
