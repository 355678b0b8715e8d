using AuditStream.Streams.Ports;
using AuditStream.Streams.Tests.Fakes;

namespace AuditStream.Streams.Tests.Loop;

/// <summary>Partitions that move one by one: some are given back, the others go on.</summary>
public sealed class PartialRebalanceTests : IDisposable
{
    private static readonly TopicPartition A = LoopUnderTest.Raw(0);
    private static readonly TopicPartition B = LoopUnderTest.Raw(1);
    private static readonly TopicPartition C = LoopUnderTest.Raw(2);
    private readonly LoopUnderTest loop = new();

    public void Dispose() => loop.Dispose();

    [Fact]
    public void Giving_a_part_back_commits_the_whole_transaction_under_the_membership_of_that_moment()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Holds("raw", 1, "b").Assigns(A, B).Delivers(A).Delivers(B)
            .Assigns().Revokes(A).Does(() => loop.Broker.Offsets.ShouldBe(new() { [A] = 1, [B] = 1 }))).Run();
        loop.Broker.LastProducer.Generations.ShouldBe([2]);
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a", "b"]);
    }

    [Fact]
    public void What_stays_goes_on_and_commits_before_the_next_assignment()
    {
        loop.Settings = loop.Settings with { MaxTransactionRecords = 1 };
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Holds("raw", 1, "b").Assigns(A, B).Assigns().Revokes(A)
            .DeliversLate(A, 0, "zombie").Delivers(B).Does(() => loop.Broker.Offsets.ShouldBe(new() { [B] = 1 }))).Run();
        loop.Broker.LastProducer.Attempts.ShouldBe(["b"]);
        loop.Report.ShouldNotBeNull().Tasks.ShouldBeEmpty("The stop gives back the rest.");
    }

    [Fact]
    public void An_empty_assignment_renews_the_membership()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Assigns(A).Delivers(A).Assigns()).Run();
        loop.Broker.LastProducer.Generations.ShouldBe([2]);
        loop.Log.Lines.Count(line => line.Contains(" owns ", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void A_commit_that_fails_while_a_part_is_given_back_is_done_again_for_what_stays()
    {
        loop.Producer(producer => producer.OnCommit.Enqueue(new ClientException(ClientErrorClass.RequiresAbort, "InvalidTxnState", "No.")))
            .Consumer(consumer => consumer.Holds("raw", 0, "a").Holds("raw", 1, "b").Assigns(A, B).Delivers(A).Delivers(B)
                .Assigns().Revokes(A).Delivers(B)).Run();
        loop.Broker.LastConsumer.Seeks.ShouldBe([new PartitionOffset(B, 0)]);
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["b"]);
        loop.Broker.Offsets.ShouldBe(new() { [B] = 1 });
    }

    [Fact]
    public void A_partition_that_comes_joins_those_that_are_at_work()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a", "b").Holds("raw", 2, "c").Assigns(A).Delivers(A).Assigns(C).Delivers(C).Delivers(A)).Run();
        loop.Broker.Committed.Select(record => record.Value).ShouldBe(["a", "c", "b"]);
        loop.Broker.Offsets.ShouldBe(new() { [A] = 2, [C] = 1 });
    }

    [Fact]
    public void Nothing_is_committed_of_partitions_that_are_lost_and_nothing_is_sought_in_them()
    {
        loop.Consumer(consumer => consumer.Holds("raw", 0, "a").Holds("raw", 1, "b").Assigns(A, B).Delivers(A).Delivers(B).Loses(A, B)).Run();
        loop.Broker.LastConsumer.Seeks.ShouldBeEmpty();
        loop.Broker.Committed.ShouldBeEmpty();
    }
}
