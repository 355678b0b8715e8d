using AuditStream.Core.Sink;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tests.Fakes;

namespace AuditStream.Streams.Tests.Loop;

/// <summary>What is held in memory is bounded in bytes, whatever the number of records: before the loop, in a transaction, before the broker and before the
/// store.</summary>
public sealed class BackPressureTests
{
    private static readonly TopicPartition A = LoopUnderTest.Raw(0);
    private static readonly TopicPartition Final = SinkUnderTest.Final;

    // With its key of five bytes a record of twenty.
    private const string Value = "fifteen letters";

    [Fact]
    public void A_transaction_ends_when_its_bytes_are_reached()
    {
        using var loop = new LoopUnderTest();
        loop.Settings = loop.Settings with { MaxTransactionBytes = 40 };
        loop.Consumer(consumer => consumer.Holds("raw", 0, Value, Value, Value, Value, Value).Assigns(A).Delivers(A, 5)).Run();
        loop.Broker.Calls.Where(call => call.StartsWith("offsets", StringComparison.Ordinal)).ShouldBe(["offsets[raw-0=2]", "offsets[raw-0=4]", "offsets[raw-0=5]"]);
    }

    [Fact]
    public void A_record_larger_than_the_bound_is_a_transaction_of_its_own()
    {
        using var loop = new LoopUnderTest();
        loop.Settings = loop.Settings with { MaxTransactionBytes = 10 };
        loop.Consumer(consumer => consumer.Holds("raw", 0, Value, Value).Assigns(A).Delivers(A, 2)).Run();
        loop.Broker.Calls.Count(call => call == "commit").ShouldBe(2);
        loop.Broker.Committed.Count.ShouldBe(2);
    }

    [Fact]
    public void A_batch_for_the_store_ends_when_its_bytes_are_reached()
    {
        using var sink = NewSink();
        sink.Run(consumer => consumer.Holds(Final.Topic, 0, Value, Value, Value, Value, Value).Assigns(Final).Delivers(Final, 5));
        sink.Broker.Calls.Where(call => call.StartsWith("write", StringComparison.Ordinal)).ShouldBe(["write 2", "write 2", "write 1"]);
    }

    [Fact]
    public void While_the_store_is_away_no_more_is_held_than_the_batch_that_waits_and_the_next_one()
    {
        using var sink = NewSink();
        for (var attempt = 0; attempt < 3; attempt++)
            sink.Store.OnWrite.Enqueue(new StoreException(StoreErrorClass.Transient, "57P01", "The server is going down.", innerException: null));
        var furthest = 0L;
        sink.Run(
            consumer => consumer.Holds(Final.Topic, 0, [.. Enumerable.Repeat(Value, 100)]).Assigns(Final).Delivers(Final, 100),
            until: () =>
            {
                if (sink.Store.Batches == 0)
                    furthest = Math.Max(furthest, sink.Broker.LastConsumer.Position(Final) ?? 0);
                return sink.Broker.Offsets.ContainsKey(Final);
            });
        furthest.ShouldBeInRange(2, 4);
        sink.Broker.LastConsumer.Paused.ShouldBeEmpty("it goes on when the store is back");
    }

    [Fact]
    public void What_is_fetched_ahead_and_what_waits_to_be_sent_is_bounded_in_the_clients()
    {
        var settings = new StreamsSettings { BootstrapServers = "none", FetchAheadBytes = 4_194_304 };
        var consumer = ClientSettings.Consumer(settings, "client", "group", excludedTopics: null);
        (consumer["queued.max.messages.kbytes"], consumer["fetch.max.bytes"], consumer["max.partition.fetch.bytes"]).ShouldBe(("4096", "4194304", "1048576"));
        ClientSettings.Producer(settings, "client", "id")["queue.buffering.max.kbytes"].ShouldBe("65536");
    }

    private static SinkUnderTest NewSink()
    {
        var sink = new SinkUnderTest();
        sink.Settings = sink.Settings with { SinkBatchRows = 1_000, SinkBatchBytes = 40 };
        return sink;
    }
}
