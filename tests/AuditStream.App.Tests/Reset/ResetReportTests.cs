using System.Text.Json.Nodes;
using AuditStream.App.Reset;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Reset;

namespace AuditStream.App.Tests.Reset;

public sealed class ResetReportTests
{
    private static readonly PartitionMove moves = new(new TopicPartition("t", 0), From: 70, To: 20, First: 10, End: 90);
    private static readonly PartitionMove stays = new(new TopicPartition("t", 1), From: 5, To: 5, First: 0, End: 9);
    private static readonly PartitionMove begins = new(new TopicPartition("t", 2), From: null, To: 3, First: 3, End: 4);

    [Fact]
    public void The_page_says_what_moves_and_how_much_comes_again()
    {
        using var output = new StringWriter();
        new ResetReport(new([new("g", [], [moves, stays, begins])], [("g-changelog", 6)]), isDryRun: true).WriteText(output);
        output.ToString().ShouldBe("""
            group g: no members, 2 of 3 partitions move, 50 offsets come again
              t-0: 70 → 20  (there are 10 to 90)
              t-2: nothing → 3  (there are 3 to 4)
            topic g-changelog: would be deleted and made anew with 6 partitions

            """);
    }

    [Fact]
    public void A_group_with_members_is_refused_and_its_members_named()
    {
        using var error = new StringWriter();
        var report = new ResetReport(new([new("free", [], []), new("busy", ["busy-1a2b-1"], [moves])], []), isDryRun: false);
        report.IsRefused.ShouldBeTrue();
        report.WriteRefusal(error);
        error.ToString().ShouldContain("The group busy has 1 members (busy-1a2b-1): stop every instance first.");
        error.ToString().ShouldNotContain("free");
    }

    [Theory]
    [InlineData("shop.order", "--topic shop.order: None of the groups reads the topic shop.order. The nearest that they read is shop.orders. Nothing was changed.")]
    [InlineData("x", "--topic x: None of the groups reads the topic x. They read shop.orders, shop.people. Nothing was changed.")]
    public void A_topic_that_nobody_reads_is_told_with_what_may_be_meant(string topic, string sentence) =>
        ResetReport.Unread(new UnreadTopicException(topic, ["shop.orders", "shop.people"])).ShouldBe(sentence);

    [Fact]
    public void Where_nothing_that_is_read_is_there_that_is_said() =>
        ResetReport.Unread(new UnreadTopicException("t", [])).ShouldContain("None of the topics that they would read is there.");

    [Fact]
    public void A_program_reads_every_partition_with_its_range()
    {
        using var output = new StringWriter();
        new ResetReport(new([new("g", ["m"], [moves, begins])], [("c", 1)]), isDryRun: true).WriteJson(output, exitCode: 1);
        var json = JsonNode.Parse(output.ToString())!.AsObject(); // written a line above
        json["exit_code"]!.GetValue<int>().ShouldBe(1);
        json["groups"]![0]!["members"]![0]!.GetValue<string>().ShouldBe("m");
        json["groups"]![0]!["partitions"]!.AsArray().Count.ShouldBe(2);
        json["groups"]![0]!["partitions"]![0]!.ToJsonString().ShouldBe("""{"topic":"t","partition":0,"from":70,"to":20,"first":10,"end":90}""");
        json["groups"]![0]!["partitions"]![1]!["from"].ShouldBeNull();
        json["emptied_topics"]![0]!.GetValue<string>().ShouldBe("c");
    }
}
