using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tests.Fakes;

namespace AuditStream.Streams.Tests.Loop;

/// <summary>Records that cannot be processed now: no dead letter, no loss, nothing twice, and the others go on.</summary>
public sealed class WaitingTasksTests : IDisposable
{
    private const int PollsPerTry = 50;
    private static readonly TopicPartition A = LoopUnderTest.Raw(0);
    private static readonly TopicPartition B = LoopUnderTest.Raw(1);

    // Each look at the clock is a tenth of a second later, so that a back-off passes within some polls.
    private readonly LoopUnderTest loop = new() { Time = new SteppingTime(TimeSpan.FromMilliseconds(100)) };

    public WaitingTasksTests() =>
        loop.Settings = loop.Settings with { CommitIntervalMilliseconds = 60_000, CommitIdleMilliseconds = 60_000 };

    public void Dispose() => loop.Dispose();

    [Fact]
    public void A_record_that_waits_is_processed_once_and_in_its_order_when_it_can_be()
    {
        loop.Later = 3;
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "LATER", "c").Assigns(A).Delivers(A, 4 * PollsPerTry)).Run();
        loop.Broker.Committed.Select(record => (record.Topic, record.Value)).ShouldBe(
            [("audit.events", "a"), ("audit.events", "LATER"), ("audit.events", "c")]);
        loop.Broker.Offsets[A].ShouldBe(3);
        loop.Broker.Calls.Count(call => call == "seek raw-0=1").ShouldBe(3);
        loop.Log.Lines.ShouldContain(line => line.Contains("schemas of records", StringComparison.Ordinal)
            && line.Contains("The schema registry is down.", StringComparison.Ordinal));
        loop.Report.ShouldNotBeNull().WaitingFor.ShouldBeNull();
    }

    [Fact]
    public void The_other_partitions_go_on_and_commit_meanwhile()
    {
        loop.Later = int.MaxValue;
        loop.Time = TimeProvider.System; // none of the back-off passes
        loop.Settings = loop.Settings with { MaxTransactionRecords = 2 };
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "LATER").Holds("raw", 1, "b", "c", "d", "e").Assigns(A, B)
            .Delivers(A, 2).Does(() => consumer.Paused.ShouldBe([A])).Delivers(B, 4)
            .Does(() => loop.Broker.Committed.Count.ShouldBe(4))).Run();
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a", "b", "c", "d", "e"]);
        (loop.Broker.Offsets[A], loop.Broker.Offsets[B]).ShouldBe((1, 4));
        loop.Report.ShouldNotBeNull().IsHealthy.ShouldBeTrue();
    }

    [Fact]
    public void An_abort_meanwhile_takes_the_task_back_to_its_last_commit_and_nothing_is_lost()
    {
        loop.Later = 1;
        loop.Settings = loop.Settings with { MaxTransactionRecords = 2 };
        loop.Producer(producer => producer.OnCommit.Enqueue(new ClientException(ClientErrorClass.RequiresAbort, "Abort", "No.")))
            .Consumer(consumer => consumer.Holds("raw", 0, "a", "LATER").Holds("raw", 1, "b").Assigns(A, B)
                .Delivers(A, 2).Delivers(B).Delivers(B).Delivers(A, PollsPerTry)).Run();
        loop.Broker.Committed.Select(record => record.Value).Order(StringComparer.Ordinal).ShouldBe(["LATER", "a", "b"]);
        (loop.Broker.Offsets[A], loop.Broker.Offsets[B]).ShouldBe((2, 1));
    }

    [Fact]
    public void A_waiting_task_that_is_revoked_leaves_its_record_to_the_next_owner()
    {
        loop.Later = 1;
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "LATER", "c").Assigns(A).Delivers(A, 2).Revokes(A)
            .Does(() => loop.Broker.Offsets[A].ShouldBe(1)).Assigns(A).Delivers(A, 2 * PollsPerTry)).Run();
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a", "LATER", "c"]);
        loop.Broker.Offsets[A].ShouldBe(3);
    }

    [Fact]
    public void A_waiting_task_that_is_stopped_by_its_sums_is_not_tried_again_and_the_others_go_on()
    {
        loop.Later = int.MaxValue;
        loop.Settings = loop.Settings with { MaxTransactionRecords = 2 };
        loop.Consumer(consumer => consumer.Holds("raw", 0, "LIE", "LATER").Holds("raw", 1, "b").Assigns(A, B).Delivers(A, 2).Delivers(B)
            .Delivers(B, 2 * PollsPerTry).Does(() => consumer.Paused.ShouldBe([A]))).Run();
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["b"]);
        loop.Broker.Offsets.ShouldNotContainKey(A);
    }

    [Fact]
    public void A_stop_while_everything_waits_commits_what_was_done()
    {
        loop.Later = int.MaxValue;
        loop.Settings = loop.Settings with { Guarantee = ProcessingGuarantee.AtLeastOnce };
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "LATER").Assigns(A).Delivers(A, 2)).Run();
        loop.Broker.Offsets[A].ShouldBe(1);
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a"]);
    }
}
