using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tests.Fakes;

namespace AuditStream.Streams.Tests.Loop;

/// <summary>What stops one task, and what is only too large.</summary>
public sealed class TaskStopTests : IDisposable
{
    private static readonly TopicPartition A = LoopUnderTest.Raw(0);
    private static readonly TopicPartition B = LoopUnderTest.Raw(1);
    private readonly LoopUnderTest loop = new();

    public void Dispose() => loop.Dispose();

    [Fact]
    public void A_handler_that_throws_stops_its_task_and_the_others_go_on()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "THROW").Holds("raw", 1, "b", "c").Assigns(A, B)
            .Delivers(B).Delivers(A).Delivers(B, 2)
            .Does(() => consumer.Paused.ShouldBe([A]))).Run();
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["b", "c"]);
        loop.Broker.Offsets.ShouldNotContainKey(A);
        loop.Log.Lines.ShouldContain(line =>
            line.StartsWith("Error: Task normalize:raw-0 is stopped at offset 0", StringComparison.Ordinal));
    }

    [Fact]
    public void A_handler_that_throws_is_logged_with_its_place_and_without_its_message()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "THROW").Assigns(A).Delivers(A)).Run();
        loop.Log.Lines.ShouldNotContain(line => line.Contains("A broken handler", StringComparison.Ordinal));
        loop.Log.Lines.ShouldContain(line => line.Contains("threw InvalidOperationException", StringComparison.Ordinal)
            && line.Contains("CopyHandler.Process", StringComparison.Ordinal));
    }

    [Fact]
    public void A_ledger_that_does_not_agree_stops_the_task_and_commits_nothing_of_it()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "LIE").Assigns(A).Delivers(A)).Run();
        loop.Broker.Committed.ShouldBeEmpty();
        loop.Broker.Offsets.ShouldBeEmpty();
        loop.Log.Lines.ShouldContain(line => line.Contains("its sums do not agree", StringComparison.Ordinal));
    }

    [Fact]
    public void A_record_that_the_client_finds_too_large_becomes_a_dead_letter()
    {
        loop.Producer(producer => producer.OnProduce.Enqueue(TooLarge()))
            .Consumer(consumer => consumer.Holds("raw", 0, "large", "b").Assigns(A).Delivers(A, 2)).Run();
        loop.Broker.Committed.Select(record =>
            (record.Topic, record.Value)).ShouldBe([("audit.events.dlq", "large"), ("audit.events", "b")]);
        loop.Broker.Committed[0].Header("auditstream-reason").ShouldBe("too-large");
    }

    [Fact]
    public void Events_of_a_record_whose_later_event_is_too_large_are_taken_back()
    {
        loop.Producer(producer =>
            {
                producer.OnProduce.Enqueue(null);
                producer.OnProduce.Enqueue(TooLarge());
            })
            .Consumer(consumer => consumer.Holds("raw", 0, "TWICE", "b").Assigns(A).Delivers(A).Delivers(A, 2)).Run();
        loop.Broker.Committed.Select(record =>
            (record.Topic, record.Value)).ShouldBe([("audit.events.dlq", "TWICE"), ("audit.events", "b")]);
    }

    [Fact]
    public void A_record_found_too_large_stays_so_while_other_partitions_commit()
    {
        loop.Settings = loop.Settings with { MaxTransactionRecords = 1 };
        loop.Producer(producer =>
            {
                producer.OnProduce.Enqueue(null);
                producer.OnProduce.Enqueue(TooLarge());
            })
            .Consumer(consumer => consumer.Holds("raw", 0, "TWICE").Holds("raw", 1, "b").Assigns(A, B).Delivers(A).Delivers(B).Delivers(A)).Run();
        loop.Broker.Committed.Select(record =>
            (record.Topic, record.Value)).ShouldBe([("audit.events", "b"), ("audit.events.dlq", "TWICE")]);
    }

    [Fact]
    public void A_record_that_fits_nowhere_stops_its_task()
    {
        loop.Producer(producer => producer.MaxValueLength = 3)
            .Consumer(consumer =>
                consumer.Holds("raw", 0, "a", "large").Holds("raw", 1, "b").Assigns(A, B).Delivers(A, 2).Delivers(B).Delivers(A)).Run();
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["b"]);
        loop.Log.Lines.ShouldContain(line => line.Contains("is stopped at offset 1", StringComparison.Ordinal)
            && line.Contains("raise max.message.bytes of audit.events.dlq", StringComparison.Ordinal));
    }

    [Fact]
    public void A_record_that_only_the_broker_finds_too_large_is_found_by_halves()
    {
        string[] values = ["a", "b", "c", "much-too-large", "e", "f", "g", "h"];
        loop.Settings = loop.Settings with { MaxTransactionRecords = 8 };
        loop.Producer(producer => producer.MaxBrokerValueLength = 10)
            .Consumer(consumer => consumer.Holds("raw", 0, values).Assigns(A).Delivers(A, 40)).Run();

        // The fake refuses dead letters of that size too, so the task ends there; what came before is committed.
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a", "b", "c"]);
        loop.Broker.Offsets[A].ShouldBe(3);
        loop.Log.Lines.ShouldContain(line => line.Contains("is stopped at offset 3", StringComparison.Ordinal));
    }

    [Fact]
    public void At_least_once_flushes_before_it_commits_offsets()
    {
        loop.Settings = loop.Settings with { Guarantee = ProcessingGuarantee.AtLeastOnce };
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Delivers(A)).Run();
        loop.Broker.Calls.ShouldBe(["flush", "consumer.commit[raw-0=1]", "consumer.close", "producer.dispose"]);
    }

    [Fact]
    public void At_least_once_repeats_what_was_not_delivered()
    {
        loop.Settings = loop.Settings with { Guarantee = ProcessingGuarantee.AtLeastOnce, MaxTransactionRecords = 1 };
        loop.Producer(producer =>
            producer.OnFlush.Enqueue(new ClientException(ClientErrorClass.RequiresAbort, "Local_MsgTimedOut", "Not delivered.")))
            .Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Delivers(A).Delivers(A)).Run();
        loop.Broker.Offsets[A].ShouldBe(1);
        loop.Broker.Committed.Count.ShouldBe(2);
    }

    private static ClientException TooLarge() => new(ClientErrorClass.TooLarge, "MsgSizeTooLarge", "Too large.");
}
