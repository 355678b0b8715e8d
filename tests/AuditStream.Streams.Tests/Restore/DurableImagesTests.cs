using AuditStream.Streams.Tests.Fakes;

namespace AuditStream.Streams.Tests.Restore;

/// <summary>A thread whose row images outlive it: what it reads again, what it does not, and what becomes of a store that fails.</summary>
public sealed class DurableImagesTests
{
    /// <summary>How many polls pass until a store that failed is tried again, with this step of the clock.</summary>
    private const int Long = 30;

    private static readonly TimeSpan step = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void The_store_is_given_a_commit_with_its_place_in_the_changelog_and_only_what_came_later_is_read_again()
    {
        using var loop = NewLoop(out var store);
        loop.Consumer(consumer => consumer.Holds(Topic(loop), 0, "a=1", "b=1", "a=2").Assigns(loop.Changes()).Idles().Idles().Delivers(loop.Changes(), 2)
            .Revokes(loop.Changes()).Assigns(loop.Changes()).Idles().Idles().Delivers(loop.Changes())).Run();

        Events(loop).ShouldBe(["a:none>1", "b:none>1", "a:1>2"]);
        store.Calls.ShouldBe(["open", "write 0 0", "restored", "write 2 3", "open", "write 0 5", "restored", "write 1 5"]);
        loop.Broker.Calls.Where(call => call.StartsWith("open", StringComparison.Ordinal))
            .ShouldBe([$"open {Changelog(loop)} at the beginning", $"open {Changelog(loop)} at 3"]);
    }

    [Fact]
    public void A_commit_that_the_store_does_not_take_is_read_from_the_changelog_before_the_next_record()
    {
        using var loop = NewLoop(out var store);
        loop.Settings = loop.Settings with { MaxTransactionRecords = 1 };
        Fails(store.OnWrite, false, true);
        loop.Time = new SteppingTime(step);
        loop.Consumer(consumer => consumer.Holds(Topic(loop), 0, "a=1", "a=2", "a=3").Assigns(loop.Changes()).Idles().Delivers(loop.Changes(), 2)
            .Idles(Long).Delivers(loop.Changes(), 2)).Run();

        Events(loop).ShouldBe(["a:none>1", "a:1>2", "a:2>3"]);
        loop.Log.ToString().ShouldContain("nothing is lost: No room is left.");
        loop.Report!.StoppedTasks.ShouldBeEmpty(); // Run sets it
    }

    [Fact]
    public void A_store_without_room_is_tried_again_until_there_is_some()
    {
        using var loop = NewLoop(out var store);
        Fails(store.OnOpen, true, true);
        Fails(store.OnWrite, true, true);
        loop.Broker.Committed.Add(new FakeRecord(loop.Settings.ChangelogTopic, "a", "1", Timestamp: 0, []) { Partition = 0 });
        loop.Time = new SteppingTime(step);
        loop.Consumer(consumer => consumer.Holds(Topic(loop), 0, "a=2").AssignsAndDelivers(loop.Changes()).Idles(5 * Long).Delivers(loop.Changes())).Run();

        Events(loop).ShouldBe(["a:1>2"]);
        store.Calls.Count(call => call == "open").ShouldBe(5);
        loop.Log.ToString().ShouldContain("Waiting for row images where they are kept: No room is left.");
    }

    [Fact]
    public void A_read_that_fails_aborts_and_the_record_comes_again()
    {
        using var loop = NewLoop(out var store);
        Fails(store.OnGet, false, true);
        loop.Time = new SteppingTime(step);
        loop.Consumer(consumer => consumer.Holds(Topic(loop), 0, "a=1", "b=1", "a=2").Assigns(loop.Changes()).Idles().Delivers(loop.Changes(), 2)
            .Idles(Long).Delivers(loop.Changes(), 3)).Run();

        Events(loop).ShouldBe(["a:none>1", "b:none>1", "a:1>2"]);
        loop.Broker.Calls.ShouldContain("abort");
    }

    [Fact]
    public void Images_of_another_changelog_are_removed()
    {
        using var loop = NewLoop(out var store);
        store.Open();
        store.Write([new("a"u8.ToArray(), "old"u8.ToArray())], checkpoint: 100);
        loop.Consumer(consumer => consumer.Holds(Topic(loop), 0, "a=1").Assigns(loop.Changes()).Idles().Idles().Delivers(loop.Changes())).Run();

        Events(loop).ShouldBe(["a:none>1"]);
        store.Calls.ShouldContain("clear");
        loop.Log.ToString().ShouldContain("end at offset 100");
    }

    private static LoopUnderTest NewLoop(out FailingImageStore store)
    {
        var kept = store = new FailingImageStore();
        var loop = new LoopUnderTest { KeepsImages = true, Stores = _ => kept };
        loop.Settings = loop.Settings with { KeepsImages = true, ImagesOnDisk = true };
        return loop;
    }

    private static void Fails(Queue<bool> faults, params bool[] calls)
    {
        foreach (var call in calls)
            faults.Enqueue(call);
    }

    private static string Topic(LoopUnderTest loop) => loop.Settings.RepartitionTopic;

    private static Streams.Ports.TopicPartition Changelog(LoopUnderTest loop) => new(loop.Settings.ChangelogTopic, 0);

    private static IEnumerable<string?> Events(LoopUnderTest loop) =>
        loop.Broker.Committed.Where(record => record.Topic == loop.Settings.FinalTopic).Select(record => record.Value);
}
