using AuditStream.Streams.Ports;
using AuditStream.Streams.Tests.Fakes;

namespace AuditStream.Streams.Tests.Sinking;

/// <summary>A place in the final topic that is gone before the sink came to it is never left without a word.</summary>
public sealed class SinkGapTests : IDisposable
{
    private static readonly TopicPartition Final = SinkUnderTest.Final;
    private readonly SinkUnderTest sink = new();

    private IEnumerable<string> Errors => sink.Log.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal));

    private IEnumerable<long> Stored => sink.Store.DeadLetters.Select(letter => letter.Offset);

    public void Dispose() => sink.Dispose();

    [Fact]
    public void Events_that_retention_deleted_before_they_were_stored_are_counted_and_said()
    {
        sink.Broker.Offsets[Final] = 1;
        sink.Run(consumer => consumer.Holds(Final.Topic, 0, "v", "w", "x", "y", "z").Begins(Final, 3).Assigns(Final).Delivers(Final, 2));
        Errors.ShouldHaveSingleItem().ShouldStartWith("Error: 2 offsets of audit.events-0 are gone unread: the group auditstream-sink stood at 1");
        Stored.ShouldBe([3L, 4L]);
        sink.Broker.Offsets[Final].ShouldBe(5);
    }

    [Fact]
    public void Events_that_are_deleted_while_it_reads_are_counted_and_said()
    {
        sink.Run(consumer => consumer.Holds(Final.Topic, 0, "x", "y", "z").Assigns(Final).Delivers(Final).Does(() => consumer.Begins(Final, 2)).Delivers(Final));
        Errors.ShouldHaveSingleItem().ShouldStartWith("Error: 1 offsets of audit.events-0 are gone unread");
        Stored.ShouldBe([0L, 2L]);
    }

    [Fact]
    public void A_final_topic_that_was_made_anew_is_said_and_stored_from_its_beginning()
    {
        sink.Broker.Offsets[Final] = 7;
        sink.Run(consumer => consumer.Holds(Final.Topic, 0, "x", "y").Assigns(Final).Delivers(Final, 2));
        Errors.ShouldHaveSingleItem().ShouldStartWith("Error: audit.events-0 ends before offset 7, where the group auditstream-sink stood");
        Stored.ShouldBe([0L, 1L]);
        sink.Broker.Offsets[Final].ShouldBe(2);
    }

    [Fact]
    public void A_client_that_loses_its_place_is_sent_back_to_it_and_nothing_is_stored_twice()
    {
        sink.Run(consumer => consumer.Holds(Final.Topic, 0, "x", "y", "z").Assigns(Final).Delivers(Final, 2).DeliversLate(Final, 0, "x").Delivers(Final));
        Stored.ShouldBe([0L, 1L, 2L]);
        sink.Broker.LastConsumer.Seeks.ShouldBe([new PartitionOffset(Final, 2)]);
        Errors.ShouldBeEmpty();
    }

    [Fact]
    public void Markers_of_transactions_are_no_gap()
    {
        sink.Run(consumer => consumer.Holds(Final.Topic, 0, "x").Assigns(Final).Delivers(Final).DeliversLate(Final, 2, "behind a marker"));
        Errors.ShouldBeEmpty();
        Stored.ShouldBe([0L, 2L]);
    }
}
