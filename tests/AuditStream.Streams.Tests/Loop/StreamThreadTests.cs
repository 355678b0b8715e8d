using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tests.Fakes;

namespace AuditStream.Streams.Tests.Loop;

/// <summary>The loop's fault cases by name, over clients in memory.</summary>
public sealed class StreamThreadTests : IDisposable
{
    private static readonly TopicPartition A = LoopUnderTest.Raw(0);
    private static readonly TopicPartition B = LoopUnderTest.Raw(1);
    private readonly LoopUnderTest loop = new();

    public void Dispose() => loop.Dispose();

    [Fact]
    public void A_stop_commits_what_is_open_then_leaves_then_frees_the_producer()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "b").Assigns(A).Delivers(A, 2)).Run();
        loop.Broker.Calls.ShouldBe(["init", "begin", "offsets[raw-0=2]", "commit", "consumer.close", "producer.dispose"]);
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a", "b"]);
        loop.Report!.State.ShouldBe("Stopped");
    }

    [Fact]
    public void Nothing_consumed_opens_no_transaction()
    {
        loop.Consumer(consumer => consumer.Assigns(A).Idles()).Run();
        loop.Broker.Calls.ShouldNotContain("begin");
    }

    [Fact]
    public void Offsets_are_the_next_ones_of_every_partition_with_progress_and_carry_the_current_generation()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "b").Holds("raw", 1, "c").Assigns(A, B).Delivers(A, 2).Delivers(B)).Run();
        loop.Broker.Calls.ShouldContain("offsets[raw-0=2,raw-1=1]");
        loop.Broker.LastProducer.Generations.ShouldBe([1]);
    }

    [Fact]
    public void Skipped_records_move_the_offset_in_a_transaction_of_their_own()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, null, "SKIP").Assigns(A).Delivers(A, 2)).Run();
        loop.Broker.Offsets[A].ShouldBe(2);
        loop.Broker.Committed.ShouldBeEmpty();
        loop.Metrics.Ledger().Total.Skipped.ShouldBe(2);
    }

    [Fact]
    public void Revoked_commits_everything_before_the_partitions_go()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Holds("raw", 1, "b").Assigns(A, B).Delivers(A).Delivers(B)
            .Revokes(A, B).Does(() => loop.Broker.Offsets.ShouldBe(new() { [A] = 1, [B] = 1 }))).Run();
        loop.Broker.Committed.Count.ShouldBe(2);
    }

    [Fact]
    public void Lost_never_commits()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Delivers(A).Loses(A)).Run();
        loop.Broker.Calls.ShouldBe(["init", "begin", "abort", "consumer.close", "producer.dispose"]);
        loop.Broker.Committed.ShouldBeEmpty();
        loop.Broker.Offsets.ShouldBeEmpty();
        loop.Metrics.Ledger().Total.Consumed.ShouldBe(0);
    }

    [Fact]
    public void Buffered_records_of_revoked_partitions_are_dropped()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Delivers(A).Revokes(A).DeliversLate(A, 1, "zombie")).Run();
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a"]);
        loop.Broker.LastProducer.Attempts.ShouldNotContain("zombie");
    }

    [Fact]
    public void A_commit_that_fails_inside_revoked_is_aborted_and_the_rebalance_goes_on()
    {
        loop.Producer(producer => producer.OnCommit.Enqueue(Abortable()))
            .Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Delivers(A).Revokes(A).Assigns(A).Delivers(A)).Run();
        loop.Broker.Calls.ShouldBe(
            ["init", "begin", "offsets[raw-0=1]", "commit", "abort", "begin", "offsets[raw-0=1]", "commit", "consumer.close",
                "producer.dispose"]);
        loop.Broker.LastProducer.Generations.ShouldBe([1, 2]);
        loop.Broker.Committed.Count.ShouldBe(1);
    }

    [Fact]
    public void A_fence_inside_revoked_makes_new_clients()
    {
        loop.Producer(producer => producer.OnCommit.Enqueue(Fenced()))
            .Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Delivers(A).Revokes(A))
            .Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Delivers(A)).Run();
        loop.Broker.Producers.Count.ShouldBe(2);
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a"]);
    }

    [Fact]
    public void Abort_goes_back_to_the_committed_offsets_and_processes_again()
    {
        loop.Settings = loop.Settings with { MaxTransactionRecords = 2 };
        loop.Producer(producer =>
            {
                producer.OnCommit.Enqueue(null);
                producer.OnCommit.Enqueue(Abortable());
            })
            .Consumer(consumer => consumer.Holds("raw", 0, "a", "b", "c", "d").Assigns(A).Delivers(A, 4).Delivers(A, 2)).Run();
        loop.Broker.LastConsumer.Seeks.ShouldBe([new PartitionOffset(A, 2)]);
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a", "b", "c", "d"]);
        loop.Metrics.Ledger().Total.Consumed.ShouldBe(4);
    }

    [Fact]
    public void Abort_without_a_commit_goes_back_to_where_the_task_started()
    {
        loop.Broker.Offsets[A] = 1;
        loop.Producer(producer => producer.OnProduce.Enqueue(Abortable()))
            .Consumer(consumer => consumer.Holds("raw", 0, "a", "b").Assigns(A).Delivers(A).Delivers(A)).Run();
        // The first one is the claim's, to where the group stands.
        loop.Broker.LastConsumer.Seeks.ShouldBe([new PartitionOffset(A, 1), new PartitionOffset(A, 1)]);
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["b"]);
    }

    [Fact]
    public void A_retriable_commit_calls_the_same_method_again_and_begins_nothing_in_between()
    {
        loop.Producer(producer =>
            {
                producer.OnCommit.Enqueue(Retriable());
                producer.OnCommit.Enqueue(Retriable());
            })
            .Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Delivers(A)).Run();
        loop.Broker.Calls.ShouldBe(["init", "begin", "offsets[raw-0=1]", "commit", "commit", "commit", "consumer.close",
            "producer.dispose"]);
    }

    [Fact]
    public void A_full_queue_resends_the_same_record_before_any_other()
    {
        loop.Producer(producer =>
            {
                producer.OnProduce.Enqueue(null);
                producer.OnProduce.Enqueue(Full());
                producer.OnProduce.Enqueue(Full());
            })
            .Consumer(consumer => consumer.Holds("raw", 0, "a", "b", "c").Assigns(A).Delivers(A, 3)).Run();
        loop.Broker.LastProducer.Attempts.ShouldBe(["a", "b", "b", "b", "c"]);
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a", "b", "c"]);
    }

    [Fact]
    public void A_fence_disposes_the_producer_and_joins_again_with_new_clients()
    {
        loop.Producer(producer => producer.OnProduce.Enqueue(Fenced()))
            .Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Delivers(A))
            .Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Delivers(A)).Run();
        loop.Broker.Calls.ShouldBe(
        [
            "init", "begin", "producer.dispose", "consumer.close",
            "init", "begin", "offsets[raw-0=1]", "commit", "consumer.close", "producer.dispose",
        ]);
        loop.Broker.Producers.Select(producer => producer.TransactionalId).ShouldAllBe(id => id == "auditstream-test-1");
    }

    [Fact]
    public void A_missing_authorisation_ends_the_thread_with_its_reason()
    {
        loop.Producer(producer => producer.OnInit.Enqueue(
            new ClientException(ClientErrorClass.Fatal, "TransactionalIdAuthorizationFailed",
                "Initialising transactions failed: not allowed.")));
        Should.Throw<StreamsException>(loop.Run).Message.ShouldContain("not allowed");
        loop.Report!.State.ShouldBe("Failed");
        loop.Report.IsHealthy.ShouldBeFalse();
    }

    [Fact]
    public void A_broker_that_is_not_there_is_waited_for_and_named_once()
    {
        loop.Producer(producer =>
        {
            for (var attempt = 0; attempt < 50; attempt++)
                producer.OnInit.Enqueue(Retriable());
        });
        loop.Consumer(consumer => consumer.Assigns(A)).Run();
        loop.Log.Lines.Count(line => line.Contains("Waiting for Kafka", StringComparison.Ordinal)).ShouldBe(1);
        loop.Log.Lines.ShouldContain("Information: No longer waiting for Kafka.");
    }

    [Fact]
    public void A_dead_letter_has_the_bytes_of_its_record_and_shares_the_transaction()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "BAD {\0}").Assigns(A).Delivers(A, 2)).Run();
        var letter = loop.Broker.Committed[1];
        letter.Topic.ShouldBe("audit.events.dlq");
        (letter.Key, letter.Value, letter.Timestamp).ShouldBe(("key-1", "BAD {\0}", 1_700_000_000_001));
        letter.Headers.Take(2).ShouldBe([("raw", "header"), ("none", null)]);
        letter.Headers.Skip(2).ShouldBe(
        [
            ("auditstream-reason", "not-json"), ("auditstream-message", "The value is not JSON."), ("auditstream-topic", "raw"),
            ("auditstream-partition", "0"), ("auditstream-offset", "1"), ("auditstream-timestamp", "1700000000001"),
            ("auditstream-stage", "normalize"), ("auditstream-attempt", "1"), ("auditstream-byte-offset", "3"),
        ]);
        loop.Broker.Calls.Count(call => call == "commit").ShouldBe(1);
    }

    [Fact]
    public void Events_carry_the_time_of_processing_as_their_last_header()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Delivers(A)).Run();
        var header = loop.Broker.Committed.ShouldHaveSingleItem().Headers[^1];
        header.Name.ShouldBe("auditstream-processed-at");
        header.Value.ShouldNotBeNull().ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");
    }

    private static ClientException Abortable() => new(ClientErrorClass.RequiresAbort, "InvalidTxnState", "It must be aborted.");

    private static ClientException Retriable() => new(ClientErrorClass.Retriable, "Local_TimedOut", "It timed out.");

    private static ClientException Fenced() => new(ClientErrorClass.Fenced, "ProducerFenced", "It is fenced.");

    private static ClientException Full() => new(ClientErrorClass.QueueFull, "Local_QueueFull", "No room.");
}
