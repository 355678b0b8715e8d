using AuditStream.Streams.Ports;
using AuditStream.Streams.Tests.Fakes;

namespace AuditStream.Streams.Tests.Restore;

/// <summary>A record that removes more images than one transaction should hold: part by part, each committed, and nothing else in between.</summary>
public sealed class LongRemovalTests
{
    private const int Rows = 5;
    private const int Parts = (Rows / TallyHandler.MaxChanges) + 1;

    private static ClientException Aborting => new(ClientErrorClass.RequiresAbort, "Local_Fail", "The transaction must be aborted.");

    [Fact]
    public void Each_part_is_committed_where_the_group_stands_and_the_next_record_comes_after_the_last_one()
    {
        using var loop = NewLoop();
        loop.Consumer(consumer => Filled(consumer, loop).Delivers(loop.Changes(), Parts + 1)).Run();

        Commits(loop).ShouldBe(["=5", "=5", "=5", "=7"]);
        Images(loop).ShouldBe(["a=2"]);
        Events(loop)[Rows..].ShouldBe(["a:none>2"]);
        var sums = loop.Metrics.Ledger().Total;
        (sums.Consumed, sums.Skipped, sums.IsBalanced).ShouldBe((Rows + 2, 1, true));
    }

    [Fact]
    public void As_a_groups_first_record_it_says_where_the_group_begins()
    {
        using var loop = NewLoop();
        foreach (var row in Enumerable.Range(0, Rows))
            loop.Broker.Committed.Add(new FakeRecord(loop.Settings.ChangelogTopic, $"{row}", "1", Timestamp: 0, []) { Partition = 0 });
        loop.Consumer(consumer => consumer.Holds(Topic(loop), 0, "CLEAR", "0=2").Assigns(loop.Changes()).Idles(2).Delivers(loop.Changes(), Parts + 1)).Run();

        Commits(loop).ShouldBe(["=0", "=0", "=2"]);
        Events(loop).ShouldBe(["0:none>2"]);
    }

    [Fact]
    public void A_part_that_is_dropped_is_done_again_and_those_before_it_are_not()
    {
        using var loop = NewLoop();
        loop.Producer(producer =>
        {
            foreach (var fault in new[] { null, null, Aborting })
                producer.OnCommit.Enqueue(fault);
        });
        loop.Consumer(consumer => Filled(consumer, loop).Delivers(loop.Changes(), Parts + 2)).Run();

        loop.Broker.Calls.Count(call => call == "abort").ShouldBe(1);
        Removals(loop).Order(StringComparer.Ordinal).ShouldBe(["a", "b", "c", "d", "e"]);
        Events(loop)[Rows..].ShouldBe(["a:none>2"]);
    }

    [Fact]
    public void Records_of_others_in_the_same_transaction_go_with_the_part_or_come_again()
    {
        using var loop = NewLoop();
        loop.Producer(producer => producer.OnCommit.Enqueue(Aborting));
        loop.Settings = loop.Settings with { MaxTransactionRecords = 100 };
        loop.Broker.Committed.AddRange(
            Enumerable.Range(0, Rows).Select(row => new FakeRecord(loop.Settings.ChangelogTopic, $"{row}", "1", Timestamp: 0, []) { Partition = 0 }));
        loop.Consumer(consumer => consumer.Holds(Topic(loop), 0, "0=2", "CLEAR").Holds(Topic(loop), 1, "x=1").Assigns(loop.Changes(), loop.Changes(1)).Idles(4)
            .Delivers(loop.Changes(1)).Delivers(loop.Changes(), 2)
            .Delivers(loop.Changes(1)).Delivers(loop.Changes(), 1 + Parts)).Run();

        Events(loop).ShouldBe(["x:none>1", "0:1>2"]);
        Images(loop).ShouldBe(["x=1"]);
        (loop.Broker.Offsets[loop.Changes()], loop.Broker.Offsets[loop.Changes(1)]).ShouldBe((2, 1));
        loop.Metrics.Ledger().Total.Consumed.ShouldBe(3);
    }

    [Fact]
    public void The_next_owner_finishes_what_was_begun()
    {
        using var loop = NewLoop();
        loop.Consumer(consumer => Filled(consumer, loop).Delivers(loop.Changes()).Revokes(loop.Changes())
            .Does(() => Images(loop).Count.ShouldBe(Rows - TallyHandler.MaxChanges))
            .Assigns(loop.Changes()).Idles(2).Delivers(loop.Changes(), Parts)).Run();

        Images(loop).ShouldBe(["a=2"]);
        Events(loop)[Rows..].ShouldBe(["a:none>2"]);
    }

    private static LoopUnderTest NewLoop()
    {
        var loop = new LoopUnderTest { KeepsImages = true };
        loop.Settings = loop.Settings with { KeepsImages = true, MaxTransactionRecords = Rows };
        return loop;
    }

    // Five rows, committed; what clears them, and one more change.
    private static FakeConsumer Filled(FakeConsumer consumer, LoopUnderTest loop) => consumer
        .Holds(Topic(loop), 0, "a=1", "b=1", "c=1", "d=1", "e=1", "CLEAR", "a=2").Assigns(loop.Changes()).Idles(2).Delivers(loop.Changes(), Rows);

    private static string Topic(LoopUnderTest loop) => loop.Settings.RepartitionTopic;

    private static IEnumerable<string> Commits(LoopUnderTest loop) =>
        loop.Broker.Calls.Where(call => call.StartsWith("offsets", StringComparison.Ordinal)).Select(call => call[call.IndexOf('=', StringComparison.Ordinal)..^1]);

    private static List<string?> Events(LoopUnderTest loop) =>
        [.. loop.Broker.Committed.Where(record => record.Topic == loop.Settings.FinalTopic).Select(record => record.Value)];

    private static IEnumerable<string?> Removals(LoopUnderTest loop) => loop.Broker.Committed
        .Where(record => record.Topic == loop.Settings.ChangelogTopic && record.Value is null).Select(record => record.Key);

    private static List<string> Images(LoopUnderTest loop) =>
        [.. loop.Broker.Committed.Where(record => record.Topic == loop.Settings.ChangelogTopic).GroupBy(record => record.Key).Select(row => row.Last())
            .Where(record => record.Value is not null).Select(record => $"{record.Key}={record.Value}")];
}
