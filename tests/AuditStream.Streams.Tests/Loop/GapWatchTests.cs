using AuditStream.Streams.Ports;
using AuditStream.Streams.Tests.Fakes;

namespace AuditStream.Streams.Tests.Loop;

/// <summary>A place that is not in the log any more is never left without a word.</summary>
public sealed class GapWatchTests : IDisposable
{
    private static readonly TopicPartition A = LoopUnderTest.Raw(0);
    private readonly LoopUnderTest loop = new();

    public void Dispose() => loop.Dispose();

    private IEnumerable<string> Errors => loop.Log.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal));

    [Fact]
    public void What_was_deleted_before_the_group_came_back_is_counted_and_said()
    {
        loop.Broker.Offsets[A] = 1;
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "b", "c", "d").Begins(A, 3).Assigns(A).Delivers(A)).Run();
        Errors.ShouldHaveSingleItem().ShouldStartWith("Error: 2 offsets of raw-0 are gone unread: the group auditstream stood at 1");
        loop.Broker.Offsets[A].ShouldBe(4);
    }

    [Fact]
    public void What_is_deleted_while_it_is_read_is_counted_and_said()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "b", "c", "d").Assigns(A).Delivers(A).Does(() => consumer.Begins(A, 2)).Delivers(A)).Run();
        Errors.ShouldHaveSingleItem().ShouldStartWith("Error: 1 offsets of raw-0 are gone unread");
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a", "c"]);
    }

    [Fact]
    public void A_log_that_ends_before_the_group_is_said_and_read_from_its_beginning()
    {
        loop.Broker.Offsets[A] = 7;
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Delivers(A)).Run();
        Errors.ShouldHaveSingleItem().ShouldStartWith("Error: raw-0 ends before offset 7");
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a"]);
    }

    [Fact]
    public void A_client_that_loses_its_place_is_sent_back_to_it()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "b", "c").Assigns(A).Delivers(A, 2).DeliversLate(A, 0, "a").Delivers(A)).Run();
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a", "b", "c"]);
        loop.Broker.Calls.Count(call => call == "seek raw-0=2").ShouldBe(1);
        loop.Log.Lines.ShouldContain(line => line.StartsWith("Warning: The client went on at offset 0 of raw-0, before its place 2", StringComparison.Ordinal));
        Errors.ShouldBeEmpty();
    }

    [Fact]
    public void A_client_that_begins_before_the_place_of_the_group_is_sent_to_it()
    {
        loop.Broker.Offsets[A] = 2;
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "b", "c").Assigns(A).Delivers(A, 0).Idles(3).DeliversLate(A, 0, "a").Delivers(A)).Run();
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["c"]);
        loop.Broker.Offsets[A].ShouldBe(3);
        Errors.ShouldBeEmpty();
    }

    [Fact]
    public void Offsets_that_no_record_has_are_no_gap()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Delivers(A).DeliversLate(A, 2, "behind a marker")).Run();
        Errors.ShouldBeEmpty();
        loop.Broker.Offsets[A].ShouldBe(3);
    }

    // A topic that is quiet for longer than its retention: what is gone was read, but for the marker of the last transaction, which nobody reads.
    [Fact]
    public void A_marker_that_was_passed_and_deleted_is_no_gap()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "marker", "c").Assigns(A).Delivers(A).Passes(A, 1).Idles()
            .Does(() => consumer.Begins(A, 2)).Delivers(A)).Run();
        Errors.ShouldBeEmpty();
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a", "c"]);
    }

    [Fact]
    public void What_is_gone_behind_a_marker_that_was_passed_is_counted_without_it()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "marker", "c", "d").Assigns(A).Delivers(A).Passes(A, 1).Idles()
            .Does(() => consumer.Begins(A, 3)).Delivers(A)).Run();
        Errors.ShouldHaveSingleItem().ShouldStartWith("Error: 1 offsets of raw-0 are gone unread: the group auditstream stood at 2");
    }

    [Fact]
    public void A_group_that_begins_has_no_gap()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "b").Begins(A, 1).Assigns(A).Delivers(A)).Run();
        Errors.ShouldBeEmpty();
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["b"]);
    }

    [Fact]
    public void A_record_that_comes_again_after_an_abort_is_no_gap()
    {
        loop.Producer(producer => producer.OnProduce.Enqueue(new ClientException(ClientErrorClass.RequiresAbort, "InvalidTxnState", "No.")))
            .Consumer(consumer => consumer.Holds("raw", 0, "a", "b").Assigns(A).Delivers(A, 3)).Run();
        Errors.ShouldBeEmpty();
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Where_the_group_stands_is_asked_for_until_it_is_known()
    {
        loop.Broker.Offsets[A] = 1;
        loop.Consumer(consumer =>
        {
            consumer.OnCommitted.Enqueue(new ClientException(ClientErrorClass.Retriable, "Local_TimedOut", "It timed out."));
            consumer.Holds("raw", 0, "a", "b", "c").Begins(A, 2).Assigns(A).Delivers(A, 2);
        }).Run();
        Errors.ShouldHaveSingleItem().ShouldStartWith("Error: 1 offsets of raw-0 are gone unread");
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["c"]);
    }
}
