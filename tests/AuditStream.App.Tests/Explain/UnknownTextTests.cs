using System.Text;
using AuditStream.App.Explain;
using AuditStream.Core.Decode;

namespace AuditStream.App.Tests.Explain;

public sealed class UnknownTextTests
{
    [Fact]
    public void Of_a_change_that_is_wholly_known_nothing_is_said() =>
        Of("""{"operation":"update","changed":["a"],"changed_is":"all","key":{"id":"1"},"images":{"before":"full","after":"full"},"occurred_from":"commit"}""")
            .ShouldBeEmpty();

    [Theory]
    [InlineData(RecordForm.DebeziumEnvelope, "postgresql", "none", "the source sent no before-image: REPLICA IDENTITY DEFAULT?")]
    [InlineData(RecordForm.DebeziumEnvelope, "postgresql", "key", "the source sent its old key only: REPLICA IDENTITY DEFAULT?")]
    [InlineData(RecordForm.DebeziumCloudEvent, "mysql", "none", "binlog_row_image is not FULL")]
    [InlineData(RecordForm.DebeziumEnvelope, "mongodb", "none", "changeStreamPreAndPostImages")]
    [InlineData(RecordForm.DebeziumFlatRow, "postgresql", "none", "ExtractNewRecordState takes the old row out of the record")]
    [InlineData(RecordForm.Dms, null, "none", "BeforeImageSettings of the task")]
    [InlineData(RecordForm.DmsCsv, null, "none", "add-before-image-columns")]
    [InlineData(RecordForm.DmsCsv, null, "key", "ReplicaIdentity full")]
    [InlineData(RecordForm.DynamoDb, null, "none", "StreamViewType")]
    [InlineData(RecordForm.Trigger, null, "none", "what changed, and from what: the source sent no before-image")]
    [InlineData(RecordForm.DebeziumEnvelope, "postgresql", "full", "what changed, and from what: the images do not tell")]
    public void A_change_that_is_not_known_has_the_reason_of_its_source(RecordForm form, string? engine, string before, string reason) =>
        Of($$"""{"operation":"update","changed":null,"key":{"id":"1"},"images":{"before":"{{before}}","after":"full"},"source":{"engine":{{(engine is null ? "null" : $"\"{engine}\"")}} } }""", form)
            .ShouldHaveSingleItem().ShouldContain(reason);

    [Fact]
    public void A_delete_of_postgresql_that_proves_nothing_names_the_setting_that_does() =>
        Of("""{"operation":"delete","key":{"id":"1"},"images":{"before":"key","after":"none"},"source":{"engine":"postgresql"} }""")
            .ShouldHaveSingleItem().ShouldEndWith("where it is set already, Sources:\u2026:ReplicaIdentity full says so here");

    [Theory]
    [InlineData("""{"before":"full","after":"full","ambiguous":["a"]}""", "NULL and default cannot be told apart in some")]
    [InlineData("""{"before":"key","after":"full"}""", "of the old row there is no more than the key")]
    [InlineData("""{"before":"partial","after":"full"}""", "the images hold some columns only")]
    public void That_other_columns_may_have_changed_has_a_reason(string images, string reason) =>
        Of($$"""{"operation":"update","changed":["b"],"changed_is":"at_least","key":{"id":"1"},"images":{{images}} }""")[0]
            .ShouldBe($"whether other columns changed too: {reason}");

    [Fact]
    public void Columns_are_named_with_what_is_not_known_of_them()
    {
        var unknown = Of("""{"operation":"snapshot","key":null,"images":{"before":"none","after":"omitted","unavailable":["a","b\u202e"],"ambiguous":["c"],"encoded":["d"]},"source":{"schema":"s","table":"t"},"occurred_from":"record"}""");
        unknown.Select(text => text.Split([':', '.'])[0]).ShouldBe(["from the event", @"a, b\u202e", "c", "d", "which row", "the commit time"]);
        unknown[4].ShouldContain("Tables:s.t:Key");
    }

    [Theory]
    [InlineData("snapshot", "when the row came to be so")]
    [InlineData("insert", "the commit time: the record has the connector's time only")]
    public void A_time_that_is_not_the_commits_is_said(string operation, string expected) =>
        Of($$"""{"operation":"{{operation}}","key":{"id":"1"},"images":{"before":"none","after":"full"},"occurred_from":"capture"}""")
            .ShouldHaveSingleItem().ShouldStartWith(expected);

    [Theory]
    [InlineData("""{"operation":"upsert","key":{"id":"1"},"images":{"after":"full"},"occurred_from":"commit"}""", "whether the row was inserted, updated, or only read by a load")]
    [InlineData("""{"operation":"insert","key":{"id":"1"},"images":{"after":"full"},"occurred_from":"record"}""", "the commit time: the line has none")]
    [InlineData("""{"operation":"upsert","key":{"id":"1"},"images":{"after":"full"},"occurred_from":"capture"}""", "the commit time: the time may be that of reading")]
    [InlineData("""{"operation":"insert","key":{"id":"1"},"images":{"after":"full","ambiguous":["a"]},"occurred_from":"commit"}""", "a: ambiguous. NULL or an empty text?")]
    public void What_a_line_of_values_does_not_tell_is_said(string body, string expected) =>
        Of(body, RecordForm.DmsCsv)[^1].ShouldStartWith(expected);

    [Fact]
    public void What_is_no_row_lacks_no_key() =>
        Of("""{"operation":"transaction","detail":{},"occurred_from":"commit"}""").ShouldBeEmpty();

    private static IReadOnlyList<string> Of(string body, RecordForm form = RecordForm.DebeziumEnvelope) =>
        UnknownText.Of(new EventView(Encoding.UTF8.GetBytes(body)), form);
}
