using AuditStream.Streams.Ports;
using AuditStream.Streams.Tests.Fakes;

namespace AuditStream.Streams.Tests.Restore;

/// <summary>A thread with state on clients in memory: what it restores, what it rolls back, and when it may begin.</summary>
public sealed class StateRestorerTests
{
    private static ClientException Aborting => new(ClientErrorClass.RequiresAbort, "Local_Fail", "The transaction must be aborted.");

    private static ClientException Passing => new(ClientErrorClass.Retriable, "Local_Transport", "The broker is away.");

    [Fact]
    public void Events_images_and_offsets_go_through_one_transaction()
    {
        using var loop = NewLoop();
        loop.Consumer(consumer => consumer.Holds(Topic(loop), 0, "a=1", "a=2", "b=1", "a-").Assigns(loop.Changes()).Idles().Idles().Delivers(loop.Changes(), 4)).Run();

        Events(loop).ShouldBe(["a:none>1", "a:1>2", "b:none>1", "a:2>-"]);
        // The last image of each row once: a went again within the transaction.
        Changelog(loop).ShouldBe(["0 a=gone", "0 b=1"], ignoreOrder: true);
        loop.Broker.Calls.Count(call => call == "commit").ShouldBe(1);
        loop.Broker.Calls.ShouldContain($"offsets[{loop.Changes()}=4]");
    }

    [Fact]
    public void What_an_aborted_transaction_did_to_the_state_is_undone()
    {
        using var loop = NewLoop();
        loop.Settings = loop.Settings with { MaxTransactionRecords = 2 };
        loop.Producer(producer =>
        {
            producer.OnCommit.Enqueue(null);
            producer.OnCommit.Enqueue(Aborting);
        });
        loop.Consumer(consumer => consumer.Holds(Topic(loop), 0, "a=1", "b=1", "a=2", "b-", "a=3", "b=2").Assigns(loop.Changes()).Idles().Idles()
            .Delivers(loop.Changes(), 8)).Run();

        Events(loop).ShouldBe(["a:none>1", "b:none>1", "a:1>2", "b:1>-", "a:2>3", "b:none>2"]);
        loop.Broker.Calls.ShouldContain("abort");
        Images(loop).ShouldBe(["a=3", "b=2"]);
    }

    [Fact]
    public void No_record_is_processed_before_the_state_is_what_was_committed()
    {
        using var loop = NewLoop();
        loop.Broker.Committed.AddRange([Image("a", "1", 0), Image("b", "1", 0), Image("a", "2", 0), Image("b", null, 0), Image("a", "other", 1)]);
        // The first record comes in the same poll as the partition, before it can be paused.
        loop.Consumer(consumer => consumer.Holds(Topic(loop), 0, "a=3", "b=2").AssignsAndDelivers(loop.Changes()).Idles().Delivers(loop.Changes(), 2)).Run();

        Events(loop).ShouldBe(["a:2>3", "b:none>2"]);
        loop.Broker.Calls.ShouldContain($"seek {loop.Changes()}=0");
        // The offsets first, by the claim and by the restore: they wait for what a former owner has pending. Then the end, or a transaction in between
        // would be missed.
        var calls = loop.Broker.Calls.Where(call => call.StartsWith("committed", StringComparison.Ordinal) || call.StartsWith("end", StringComparison.Ordinal)
            || call.StartsWith("open", StringComparison.Ordinal)).Take(4).ToList();
        var changelog = new TopicPartition(loop.Settings.ChangelogTopic, 0);
        calls.ShouldBe([$"committed {loop.Changes()}", $"committed {loop.Changes()}", $"end {changelog}", $"open {changelog} at the beginning"]);
        loop.Broker.Calls.ShouldContain("reader.dispose");
    }

    [Fact]
    public void An_open_transaction_in_the_changelog_is_waited_for()
    {
        using var loop = NewLoop();
        loop.Broker.Committed.Add(Image("a", "1", 0));
        loop.Broker.PendingEnds = 3;
        loop.Consumer(consumer => consumer.Holds(Topic(loop), 0, "a=2").Assigns(loop.Changes()).Delivers(loop.Changes(), 1)
            .Idles().Idles().Idles().Delivers(loop.Changes(), 2)).Run();

        Events(loop).ShouldBe(["a:1>2"]);
        loop.Broker.PendingEnds.ShouldBe(0);
    }

    // What a step had read before its reader failed was left out, and the reader went on behind it: old images, or none.
    [Fact]
    public void A_read_that_fails_leaves_out_nothing_of_the_changelog()
    {
        using var loop = NewLoop();
        loop.Broker.Committed.AddRange([Image("a", "1", 0), Image("a", "2", 0), Image("b", "1", 0)]);
        foreach (var fault in new[] { null, null, Passing })
            loop.Broker.OnRead.Enqueue(fault);
        loop.Consumer(consumer => consumer.Holds(Topic(loop), 0, "a=3", "b=2").Assigns(loop.Changes()).Idles().Idles().Delivers(loop.Changes(), 2)).Run();

        Events(loop).ShouldBe(["a:2>3", "b:1>2"]);
    }

    // The task was at work already: the next record was processed before the one that had come too early, and then again.
    [Fact]
    public void A_seek_that_fails_after_a_restore_is_made_before_any_record_is_processed()
    {
        using var loop = NewLoop();
        loop.Consumer(consumer =>
        {
            consumer.OnSeek.Enqueue(Passing);
            consumer.Holds(Topic(loop), 0, "a=1", "b=1").AssignsAndDelivers(loop.Changes()).Delivers(loop.Changes()).Idles().Delivers(loop.Changes(), 2);
        }).Run();

        Events(loop).ShouldBe(["a:none>1", "b:none>1"]);
    }

    [Fact]
    public void A_revoked_task_drops_its_state_and_the_next_owner_has_the_same()
    {
        var living = TallyHandler.Living;
        using var loop = NewLoop();
        loop.Consumer(consumer => consumer.Holds(Topic(loop), 0, "a=1", "b=1", "a=2", "b=2", "a=3").Holds(Topic(loop), 1, "a=x", "a=y")
            .Assigns(loop.Changes(), loop.Changes(1)).Idles().Idles().Idles().Delivers(loop.Changes(), 3).Delivers(loop.Changes(1))
            .Revokes(loop.Changes(), loop.Changes(1))
            .Does(() => TallyHandler.Living.ShouldBe(living))
            .Assigns(loop.Changes(), loop.Changes(1)).Idles().Idles().Idles().Delivers(loop.Changes(), 2).Delivers(loop.Changes(1))).Run();

        Events(loop).ShouldBe(["a:none>1", "b:none>1", "a:1>2", "a:none>x", "b:1>2", "a:2>3", "a:x>y"]);
        TallyHandler.Living.ShouldBe(living);
    }

    [Fact]
    public void A_lost_task_commits_nothing_of_its_state()
    {
        using var loop = NewLoop();
        loop.Consumer(consumer => consumer.Holds(Topic(loop), 0, "a=1", "a=2").Assigns(loop.Changes()).Idles().Idles().Delivers(loop.Changes(), 2)
            .Loses(loop.Changes()).Assigns(loop.Changes()).Idles().Idles().Delivers(loop.Changes(), 2)).Run();

        Events(loop).ShouldBe(["a:none>1", "a:1>2"]);
        Images(loop).ShouldBe(["a=2"]);
    }

    [Fact]
    public void A_fenced_thread_restores_what_was_committed_and_no_more()
    {
        using var loop = NewLoop();
        loop.Settings = loop.Settings with { MaxTransactionRecords = 1 };
        loop.Producer(producer =>
        {
            producer.OnCommit.Enqueue(null);
            producer.OnCommit.Enqueue(new ClientException(ClientErrorClass.Fenced, "ProducerFenced", "Another took the id."));
        });
        loop.Producer(_ => { });
        loop.Consumer(consumer => consumer.Holds(Topic(loop), 0, "a=1", "a=2").Assigns(loop.Changes()).Idles().Idles().Delivers(loop.Changes(), 2))
            .Consumer(consumer => consumer.Holds(Topic(loop), 0, "a=1", "a=2").Assigns(loop.Changes()).Idles().Idles().Delivers(loop.Changes(), 1)).Run();

        Events(loop).ShouldBe(["a:none>1", "a:1>2"]);
    }

    [Fact]
    public void A_restore_that_is_revoked_meanwhile_is_dropped()
    {
        using var loop = NewLoop();
        loop.Broker.Committed.Add(Image("a", "1", 0));
        loop.Broker.PendingEnds = 1_000_000;
        loop.Consumer(consumer => consumer.Holds(Topic(loop), 0, "a=2").Assigns(loop.Changes()).Idles()
            .Does(() => loop.Broker.PendingEnds = 0).Revokes(loop.Changes())
            .Assigns(loop.Changes()).Idles().Idles().Delivers(loop.Changes())).Run();

        Events(loop).ShouldBe(["a:1>2"]);
        loop.Broker.Calls.Count(call => call.StartsWith("open", StringComparison.Ordinal)).ShouldBe(2);
    }

    // With a clock that goes on at every look a step has time for a few records: without the polls between them the member would have to leave.
    [Fact]
    public void A_long_restore_polls_between_its_steps_with_its_partition_paused()
    {
        const int Images = 40;
        using var loop = NewLoop();
        for (var image = 1; image <= Images; image++)
            loop.Broker.Committed.Add(Image("a", $"{image}", 0));
        loop.Time = new SteppingTime(TimeSpan.FromMilliseconds(50));
        var reads = new List<int>();
        loop.Consumer(consumer =>
        {
            consumer.Holds(Topic(loop), 0, "a=new").Assigns(loop.Changes());
            for (var poll = 0; poll < Images; poll++)
            {
                consumer.Does(() =>
                {
                    reads.Add(loop.Broker.ChangelogReads);
                    (loop.Broker.ChangelogReads < Images).ShouldBe(consumer.Paused.Contains(loop.Changes()), "paused until all is read, and no longer");
                });
            }
            consumer.Delivers(loop.Changes());
        }).Run();

        var steps = reads.Zip(reads.Skip(1), (before, after) => after - before).Where(step => step > 0).ToList();
        steps.Count.ShouldBeGreaterThan(5);
        steps.ShouldAllBe(step => step < 10);
        Events(loop).ShouldBe([$"a:{Images}>new"]);
    }

    [Fact]
    public void A_transaction_that_holds_a_restore_up_is_named()
    {
        using var loop = NewLoop();
        loop.Broker.Committed.Add(Image("a", "1", 0));
        loop.Broker.PendingEnds = 1_000_000;
        loop.Time = new SteppingTime(TimeSpan.FromMilliseconds(50));
        loop.Consumer(consumer => consumer.Holds(Topic(loop), 0, "a=2").Assigns(loop.Changes()).Idles(300)
            .Does(() => loop.Broker.PendingEnds = 0).Idles(3).Delivers(loop.Changes())).Run();

        loop.Log.ToString().ShouldContain("to offset 2 of 3, and waits for the end of a transaction that is open there");
        Events(loop).ShouldBe(["a:1>2"]);
    }

    [Fact]
    public void A_handler_that_throws_stops_its_task_and_leaves_no_state_behind()
    {
        using var loop = NewLoop();
        loop.Consumer(consumer => consumer.Holds(Topic(loop), 0, "a=1", "THROW").Assigns(loop.Changes()).Idles().Idles().Delivers(loop.Changes(), 2)).Run();

        Events(loop).ShouldBeEmpty();
        Images(loop).ShouldBeEmpty();
        loop.Log.ToString().ShouldContain($"Task images:{loop.Changes()} is stopped at offset 1");
    }

    private static LoopUnderTest NewLoop()
    {
        var loop = new LoopUnderTest { KeepsImages = true };
        loop.Settings = loop.Settings with { KeepsImages = true };
        return loop;
    }

    private static string Topic(LoopUnderTest loop) => loop.Settings.RepartitionTopic;

    private static FakeRecord Image(string key, string? value, int partition) =>
        new(new LoopUnderTest().Settings.ChangelogTopic, key, value, Timestamp: 0, []) { Partition = partition };

    private static IEnumerable<string?> Events(LoopUnderTest loop) =>
        loop.Broker.Committed.Where(record => record.Topic == loop.Settings.FinalTopic).Select(record => record.Value);

    private static IEnumerable<string> Changelog(LoopUnderTest loop) => loop.Broker.Committed
        .Where(record => record.Topic == loop.Settings.ChangelogTopic).Select(record => $"{record.Partition} {record.Key}={record.Value ?? "gone"}");

    // What a restore of the changelog would give.
    private static IEnumerable<string> Images(LoopUnderTest loop) => loop.Broker.Committed
        .Where(record => record.Topic == loop.Settings.ChangelogTopic).GroupBy(record => record.Key).Select(row => row.Last())
        .Where(record => record.Value is not null).Select(record => $"{record.Key}={record.Value}").Order(StringComparer.Ordinal);
}
