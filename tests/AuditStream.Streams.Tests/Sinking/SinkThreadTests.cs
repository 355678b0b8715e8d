using System.Text;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Flow;
using AuditStream.Core.Sink;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Tests.Fakes;

namespace AuditStream.Streams.Tests.Sinking;

/// <summary>The sink's fault cases by name. Records that are no events make rows too: dead letters of the sink's own.</summary>
public sealed class SinkThreadTests : IDisposable
{
    private static readonly TopicPartition Final = SinkUnderTest.Final;
    private readonly SinkUnderTest sink = new();

    public void Dispose() => sink.Dispose();

    [Fact]
    public void Offsets_are_committed_after_the_batch_they_belong_to()
    {
        sink.Run(consumer => consumer.Holds(Final.Topic, 0, "x", "y").Assigns(Final).Delivers(Final, 2));
        sink.Broker.Calls.ShouldBe(["write 2", "consumer.commit[audit.events-0=2]", "consumer.close"]);
        sink.Store.IsDisposed.ShouldBeTrue();
    }

    [Fact]
    public void A_stop_writes_what_is_open_before_the_consumer_leaves()
    {
        sink.Run(consumer => consumer.Holds(Final.Topic, 0, "x").Assigns(Final).Delivers(Final));
        sink.Broker.Calls.ShouldBe(["write 1", "consumer.commit[audit.events-0=1]", "consumer.close"]);
    }

    [Fact]
    public void A_record_of_the_final_topic_that_is_no_event_is_a_dead_letter_of_the_sink()
    {
        sink.Run(consumer => consumer.Holds(Final.Topic, 0, "not an event").Assigns(Final).Delivers(Final));
        var letter = sink.Store.DeadLetters.ShouldHaveSingleItem();
        letter.Stage.ShouldBe("sink");
        letter.Value.ShouldBe("not an event"u8.ToArray());
        (letter.Topic, letter.Partition, letter.Offset).ShouldBe(("audit.events", 0, 0));
        sink.Metrics.Stored().DeadLetters.ShouldBe(1);
    }

    [Fact]
    public void Transient_errors_repeat_the_batch_with_paused_partitions_until_it_is_written()
    {
        for (var attempt = 0; attempt < 3; attempt++)
            sink.Store.OnWrite.Enqueue(Away());
        var wasPaused = false;
        sink.Run(
            consumer => consumer.Holds(Final.Topic, 0, "x", "y").Assigns(Final).Delivers(Final, 2),
            until: () =>
            {
                wasPaused |= sink.Broker.LastConsumer.Paused.Contains(Final);
                return sink.Broker.Offsets.ContainsKey(Final);
            });
        wasPaused.ShouldBeTrue();
        sink.Broker.Calls.ShouldBe(["write 2", "write 2", "write 2", "write 2", "consumer.commit[audit.events-0=2]", "consumer.close"]);
        sink.Store.DeadLetters.Count.ShouldBe(2);
        sink.Reports.ShouldContain(report => report.State == "Retrying" && report.IsHealthy && report.WaitingFor == "the audit store");
        sink.Log.Lines.ShouldContain("Information: Writing works again after 3 retries.");
    }

    [Fact]
    public void A_stop_takes_the_result_of_a_retry_that_is_under_way_and_commits_it()
    {
        sink.Store.OnWrite.Enqueue(Away());
        sink.Run(
            consumer => consumer.Holds(Final.Topic, 0, "x", "y").Assigns(Final).Delivers(Final, 2),
            until: () => sink.Store.DeadLetters.Count == 2);
        sink.Broker.Calls.ShouldBe(["write 2", "write 2", "consumer.commit[audit.events-0=2]", "consumer.close"]);
    }

    [Fact]
    public void A_systemic_error_stops_consuming_says_so_and_goes_on_by_itself_when_mended()
    {
        sink.Store.OnWrite.Enqueue(new StoreException(StoreErrorClass.Systemic, "42P01", "The table is missing; run migrate.",
            innerException: null));
        sink.Run(
            consumer => consumer.Holds(Final.Topic, 0, "x", "y", "z").Assigns(Final).Delivers(Final, 2),
            until: () => sink.Broker.Offsets.ContainsKey(Final));
        sink.Reports.ShouldContain(report =>
            report.State == "Blocked" && !report.IsHealthy && report.LastError == "The table is missing; run migrate.");
        sink.Broker.Offsets[Final].ShouldBe(2);
        sink.Reports[^1].IsHealthy.ShouldBeTrue();
    }

    [Fact]
    public void An_event_whose_schema_cannot_be_had_waits_and_the_other_partitions_go_on()
    {
        const string Avro = "\0\0\0\0\a.";
        var other = new TopicPartition(Final.Topic, 1);
        var schemas = new ToldSchemas { Answer = SchemaAnswer.NotNow("The schema registry is down.") };
        sink.Schemas = schemas;
        var isBack = false;
        sink.Run(
            consumer =>
            {
                consumer.Headers = [new RecordHeader(EventHeaders.ContentType, Encoding.UTF8.GetBytes(EventHeaders.AvroContent))];
                consumer.Holds(Final.Topic, 0, Avro, Avro).Holds(other.Topic, 1, "x", "y").Assigns(Final, other).Delivers(Final).Delivers(other, 2);
            },
            until: () =>
            {
                // The other partition is written; then the registry comes back, and the one that waits is given its event again.
                if (!isBack && sink.Broker.Offsets.ContainsKey(other) && sink.Broker.LastConsumer.Seeks.Contains(new PartitionOffset(Final, 0)))
                {
                    isBack = true;
                    sink.Broker.Offsets.ShouldNotContainKey(Final);
                    schemas.Answer = SchemaAnswer.Found("\"string\""u8.ToArray());
                    sink.Broker.LastConsumer.Delivers(Final, 2);
                }
                return sink.Broker.Offsets.GetValueOrDefault(Final) == 2;
            });
        sink.Store.DeadLetters.Select(letter => (letter.Partition, letter.Offset)).ShouldBe([(1, 0L), (1, 1L), (0, 0L), (0, 1L)]);
        sink.Log.Lines.ShouldContain(line => line.Contains("The schema registry is down.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_partition_that_waits_for_a_schema_stays_paused_when_the_store_is_back()
    {
        const string Avro = "\0\0\0\0\a.";
        var other = new TopicPartition(Final.Topic, 1);
        sink.Schemas = new ToldSchemas { Answer = SchemaAnswer.NotNow("The schema registry is down.") };
        sink.Store.OnWrite.Enqueue(Away());
        var passedOver = false;
        sink.Run(
            consumer =>
            {
                consumer.Headers = [new RecordHeader(EventHeaders.ContentType, Encoding.UTF8.GetBytes(EventHeaders.AvroContent))];
                consumer.Holds(Final.Topic, 0, Avro, Avro).Holds(other.Topic, 1, "x", "y").Assigns(Final, other).Delivers(Final).Delivers(other, 2);
            },
            until: () =>
            {
                var consumer = sink.Broker.LastConsumer;
                // At the place behind its event it may only stand paused.
                passedOver |= consumer.Position(Final) == 1 && !consumer.Paused.Contains(Final);
                return sink.Broker.Offsets.ContainsKey(other) && consumer.Seeks.Count > 0;
            });
        passedOver.ShouldBeFalse();
        sink.Broker.Offsets.ShouldNotContainKey(Final);
    }

    [Fact]
    public void Rows_of_revoked_partitions_are_dropped_and_not_committed()
    {
        sink.Run(consumer => consumer.Holds(Final.Topic, 0, "x").Assigns(Final).Delivers(Final).Revokes(Final));
        sink.Broker.Calls.ShouldBe(["consumer.close"]);
        sink.Broker.Offsets.ShouldBeEmpty();
    }

    [Fact]
    public void Lost_partitions_are_not_committed_even_when_their_batch_was_written()
    {
        sink.Run(consumer => consumer.Holds(Final.Topic, 0, "x", "y").Assigns(Final).Delivers(Final, 2).Loses(Final));
        sink.Broker.Calls.ShouldNotContain(call => call.StartsWith("consumer.commit", StringComparison.Ordinal));
    }

    [Fact]
    public void Rows_read_again_after_a_rebalance_are_written_in_order()
    {
        sink.Run(consumer =>
            consumer.Holds(Final.Topic, 0, "x", "y").Assigns(Final).Delivers(Final).Revokes(Final).Assigns(Final).Delivers(Final, 2));
        sink.Store.DeadLetters.Select(letter => letter.Offset).ShouldBe([0L, 1L]);
        sink.Broker.Offsets[Final].ShouldBe(2);
    }

    [Fact]
    public void A_commit_that_comes_after_the_membership_costs_nothing()
    {
        sink.Run(consumer =>
        {
            consumer.OnCommit.Enqueue(new ClientException(ClientErrorClass.Rebalanced, "IllegalGeneration", "It moved on."));
            consumer.Holds(Final.Topic, 0, "x", "y").Assigns(Final).Delivers(Final, 2);
        });
        sink.Log.Lines.ShouldContain(line => line.Contains("may not commit any more (IllegalGeneration)", StringComparison.Ordinal));
        sink.Reports[^1].State.ShouldBe("Stopped");
    }

    [Fact]
    public void A_store_that_hangs_at_the_stop_does_not_keep_the_consumer_from_leaving()
    {
        sink.Settings = sink.Settings with { DrainSeconds = 1 };
        sink.Store.Hangs = true;
        sink.Run(consumer => consumer.Holds(Final.Topic, 0, "x").Assigns(Final).Delivers(Final));
        sink.Broker.Calls.ShouldBe(["write 1", "consumer.close"]);
        sink.Reports[^1].State.ShouldBe("Stopped");
        sink.Log.Lines.ShouldContain(line => line.Contains("did not take the last batch", StringComparison.Ordinal));
    }

    private static StoreException Away() => new(StoreErrorClass.Transient, "57P01", "The server is going down.", innerException: null);
}
