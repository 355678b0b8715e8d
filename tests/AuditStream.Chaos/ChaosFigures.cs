using System.Globalization;
using AuditStream.Chaos.Census;
using AuditStream.Chaos.Faults;

namespace AuditStream.Chaos;

/// <summary>What a run did, and what it found.</summary>
internal sealed record ChaosFigures
{
    internal required int Seed { get; init; }
    internal required long Records { get; init; }
    internal required int Changes { get; init; }
    internal required int Poison { get; init; }
    internal required int DroppedTransactions { get; init; }
    internal required FaultCounts Faults { get; init; }
    internal required int Rebalances { get; init; }
    internal required int Losses { get; init; }
    internal required int EndedByThemselves { get; init; }
    internal required TopicCensus Topic { get; init; }
    internal required StoreCensus Store { get; init; }
    internal required Breaches Breaches { get; init; }
    internal required TimeSpan Duration { get; init; }

    /// <summary>How long the pipeline needed for what was left, once nothing struck any more.</summary>
    internal required TimeSpan CaughtUpIn { get; init; }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        seed {Seed}, {Duration.TotalSeconds:F0} s
        {Records} raw records: {Changes} changes, {Poison} poison, the rest tombstones
        {DroppedTransactions} transactions of the source dropped besides
        {Faults.Kills} kills of instances, {Faults.BrokerKills} kills of brokers, {Faults.Zombies} zombies, {Faults.Guests} instances that came and went
        {Faults.DatabaseFaults} times a slow store, {Faults.FullDisks} times a full disk, {Rebalances} assignments of partitions, {Losses} memberships lost
        {EndedByThemselves} instances ended by themselves
        caught up {CaughtUpIn.TotalSeconds:F1} s after the last fault
        {Topic.RowEvents} events of rows on the topic, {Store.Rows} rows in the table, {Topic.DeadLetters} dead letters, {Topic.LedgerEvents} ledger events
        {Topic.BeforeFromState} old rows from kept images, {Topic.UnknownBefore} not known after poison
        lost {Breaches.Of(TopicCensus.Lost)}, twice {Breaches.Of(TopicCensus.Twice)}{(Breaches.IsEmpty ? "" : "\n" + string.Join('\n', Breaches.Lines))}
        """);
}
