using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tasks;
using AuditStream.Streams.Tests.Fakes;
using AuditStream.Streams.Topics;

namespace AuditStream.Streams.Tests.Claims;

/// <summary>What a thread does about former owners before the first record of a task, over clients in memory.</summary>
public sealed class TaskClaimerTests : IDisposable
{
    private const string Self = "auditstream-test-1";
    private const string Dead = "auditstream-dead-1";
    private static readonly TopicPartition A = LoopUnderTest.Raw(0);
    private static readonly TopicPartition B = LoopUnderTest.Raw(1);
    private readonly LoopUnderTest loop = new();

    private static ClientException Forbidden => new(ClientErrorClass.Fatal, "GroupAuthorizationFailed", "Not allowed.");

    private static ClientException Passing => new(ClientErrorClass.Retriable, "Local_TimedOut", "No answer in time.");

    private IEnumerable<string?> Fenced => loop.Broker.Producers.Select(producer => producer.TransactionalId).Where(id => id != Self);

    public void Dispose() => loop.Dispose();

    [Fact]
    public void A_dead_owner_of_several_tasks_is_fenced_once_before_anything_waits_for_it()
    {
        Left(A, Dead);
        Left(B, Dead);
        loop.Broker.NotesCommitted = true;
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Holds("raw", 1, "b").Assigns(A, B).Idles().Delivers(A).Delivers(B)).Run();

        Fenced.ShouldBe([Dead]);
        loop.Broker.Producers[1].IsDisposed.ShouldBeTrue();
        loop.Broker.Calls.Take(5).ShouldBe(["init", "members", "init", "producer.dispose", "committed raw-0,raw-1"]);
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void A_living_owner_is_never_fenced_whichever_thread_of_its_process_is_in_the_group()
    {
        Left(A, "auditstream-living-1");
        loop.Broker.Members.Add("auditstream-living-2");
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Idles().Delivers(A)).Run();

        Fenced.ShouldBeEmpty();
        loop.Broker.Calls.ShouldContain("members");
        loop.Broker.Offsets[A].ShouldBe(1);
    }

    [Theory]
    [InlineData(Self)]
    [InlineData("auditstream-test-2")]
    [InlineData("")]
    [InlineData("another-dead-1")]
    [InlineData(null)]
    public void Nobody_is_asked_about_this_process_no_owner_one_without_transactions_or_of_another_application(string? owner)
    {
        if (owner is not null)
            Left(A, owner);
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Delivers(A)).Run();

        Fenced.ShouldBeEmpty();
        loop.Broker.Calls.ShouldNotContain("members");
        loop.Broker.Offsets[A].ShouldBe(1);
    }

    [Fact]
    public void Where_members_cannot_be_asked_for_the_time_out_is_waited_for_and_that_is_said_once()
    {
        Left(A, Dead);
        loop.Broker.OnMembers.Enqueue(Forbidden);
        loop.Broker.OnMembers.Enqueue(Forbidden);
        loop.Broker.OnCommitted.Enqueue(Passing);
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Idles().Idles().Revokes(A).Assigns(A).Idles().Delivers(A)).Run();

        Fenced.ShouldBeEmpty();
        loop.Broker.Offsets[A].ShouldBe(1);
        loop.Log.Lines.Count(line => line.Contains("cannot be ended", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void What_fails_for_a_while_is_tried_again_a_bounded_number_of_times()
    {
        Left(A, Dead);
        for (var failure = 0; failure < 3; failure++)
            loop.Broker.OnMembers.Enqueue(Passing);
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Idles().Idles().Idles().Idles().Delivers(A)).Run();
        Fenced.ShouldBe([Dead]);
        loop.Broker.Offsets[A].ShouldBe(1);
    }

    [Fact]
    public void An_id_that_may_not_be_taken_is_waited_for()
    {
        Left(A, Dead);
        loop.Producer(_ => { }).Producer(fence => fence.OnInit.Enqueue(Forbidden))
            .Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Idles().Delivers(A)).Run();
        loop.Broker.Producers[1].IsDisposed.ShouldBeTrue();
        loop.Broker.Offsets[A].ShouldBe(1);
        loop.Log.Lines.ShouldContain(line => line.Contains("cannot be ended", StringComparison.Ordinal));
    }

    [Fact]
    public void A_member_that_the_group_does_not_know_fences_nobody()
    {
        Left(A, Dead);
        loop.Broker.Members.Clear();
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Idles().Idles().Revokes(A)
            .Does(() => loop.Broker.Members.Add(Self)).Assigns(A).Does(() => Fenced.ShouldBe([Dead])).Delivers(A)).Run();
        loop.Broker.Offsets[A].ShouldBe(1);
    }

    [Fact]
    public void Nothing_is_processed_while_an_offset_is_pending_and_a_record_that_came_too_early_comes_again()
    {
        loop.Broker.OnCommitted.Enqueue(Passing);
        loop.Broker.OnCommitted.Enqueue(Passing);
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "b").AssignsAndDelivers(A)
            .Does(() => loop.Broker.LastProducer.Attempts.ShouldBeEmpty()).Idles().Delivers(A, 2)).Run();
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a", "b"]);
        loop.Broker.Calls.ShouldContain("seek raw-0=0");
    }

    [Fact]
    public void Each_wait_says_what_it_is_for()
    {
        Left(A, Dead);
        loop.Broker.OnReadTask.Enqueue(Passing);
        loop.Broker.OnMembers.Enqueue(Passing);
        loop.Broker.OnCommitted.Enqueue(Passing);
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Idles(6).Delivers(A)).Run();
        loop.Log.Lines.Where(line => line.StartsWith("Warning: Waiting for", StringComparison.Ordinal)).ShouldBe(
        [
            "Warning: Waiting for records of tasks: No answer in time. normalize-1 reads on auditstream-tasks who owned its partitions last.",
            "Warning: Waiting for former owners of tasks: No answer in time. normalize-1 asks which of them live, and ends what the others left open.",
            "Warning: Waiting for the group's offsets: No answer in time. Where a transaction of a former owner is open on them, normalize-1 waits for its end; it has a time-out.",
        ]);
        loop.Broker.Offsets[A].ShouldBe(1);
    }

    [Fact]
    public void A_transaction_that_stays_open_on_the_topic_of_tasks_is_waited_for_and_named()
    {
        loop.Broker.HasOpenTaskRecord = true;
        loop.Time = new SteppingTime(TimeSpan.FromSeconds(1));
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Idles(10).Does(() => loop.Broker.Offsets.ShouldBeEmpty())
            .Does(() => loop.Broker.HasOpenTaskRecord = false).Idles(2).Delivers(A)).Run();
        loop.Log.Lines.ShouldContain(
            "Warning: Waiting for records of tasks: Where a transaction is open on auditstream-tasks, normalize-1 waits for its end; it has a time-out.");
        loop.Log.Lines.ShouldContain("Information: No longer waiting for records of tasks.");
        loop.Broker.Offsets[A].ShouldBe(1);
    }

    [Fact]
    public void A_task_that_goes_while_it_is_claimed_is_claimed_anew_by_its_next_owner()
    {
        Left(A, Dead);
        loop.Broker.OnReadTask.Enqueue(Passing);
        loop.Broker.OnReadTask.Enqueue(Passing);
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Revokes(A).Assigns(A).Idles().Idles().Delivers(A)).Run();
        Fenced.ShouldBe([Dead]);
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a"]);
    }

    [Fact]
    public void A_record_follows_a_tasks_first_record_and_each_transaction_ends_with_one_of_those_with_progress()
    {
        loop.Settings = loop.Settings with { MaxTransactionRecords = 1 };
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "b").Holds("raw", 1, "c").Assigns(A, B).Delivers(A, 2).Delivers(B)).Run();
        loop.Broker.Tasks.Select(record => record.Key).ShouldBe(
            ["normalize:raw-0", "normalize:raw-0", "normalize:raw-0", "normalize:raw-1", "normalize:raw-1"]);
        loop.Broker.Tasks.ShouldAllBe(record => Owner(record) == Self);
        loop.Broker.Tasks.Select(record => record.Partition).ShouldBe([Place(A), Place(A), Place(A), Place(B), Place(B)]);
    }

    [Fact]
    public void A_task_whose_offset_is_not_in_the_transaction_has_no_record_in_it()
    {
        // Its next owner would not wait for the transaction, and a thread that stood still in it could put an old record behind that owner's.
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "b").Holds("raw", 1).Assigns(A, B).Delivers(A, 2)).Run();
        loop.Broker.Calls.ShouldContain("offsets[raw-0=2]");
        loop.Broker.Tasks.Select(record => record.Key).Distinct().ShouldBe(["normalize:raw-0"]);
    }

    [Fact]
    public void Without_transactions_nobody_is_fenced_and_the_records_name_no_owner()
    {
        loop.Settings = loop.Settings with { Guarantee = ProcessingGuarantee.AtLeastOnce };
        Left(A, Dead);
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Delivers(A)).Run();
        loop.Broker.Producers.Count.ShouldBe(1);
        loop.Broker.Calls.ShouldNotContain("members");
        Owner(loop.Broker.Tasks.ShouldHaveSingleItem()).ShouldBeEmpty();
    }

    private static string Owner(FakeRecord record)
    {
        TaskRecord.TryParse(record.Bytes, out var parsed).ShouldBeTrue();
        return parsed.Owner;
    }

    private static int Place(TopicPartition partition) =>
        RowPartition.Of(TaskRecord.Key(new TaskId(TaskId.Normalize, partition.Topic, partition.Partition)), partitions: 8);

    // In a transaction that is open: only who reads everything sees it.
    private void Left(TopicPartition partition, string owner) => loop.Broker.Uncommitted.Add(
        new FakeRecord(loop.Settings.TasksTopic, $"normalize:{partition}", null, Timestamp: 0, [])
        {
            Partition = Place(partition),
            Bytes = new TaskRecord(owner, default).ToBytes(),
        });
}
