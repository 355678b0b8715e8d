using AuditStream.Core.Sink;
using AuditStream.Simulation.Time;

namespace AuditStream.Simulation.Model;

/// <summary>The store's tables: an event's id is there once, and so is a dead letter's place. A write is whole or not at all.</summary>
internal sealed class ModelDatabase(Scheduler scheduler)
{
    private readonly Dictionary<Guid, AuditRow> events = [];
    private readonly Dictionary<(string Stage, string Topic, int Partition, long Offset), DeadLetterRow> deadLetters = [];
    private TimeSpan downUntil;

    /// <summary>The events in the order in which they came.</summary>
    internal IReadOnlyCollection<AuditRow> Events => events.Values;

    /// <summary>The dead letters.</summary>
    internal IReadOnlyCollection<DeadLetterRow> DeadLetters => deadLetters.Values;

    /// <summary>Events whose id was there with other facts.</summary>
    internal int Divergences { get; private set; }

    /// <summary>True while it takes nothing.</summary>
    internal bool IsDown => scheduler.Now < downUntil;

    /// <summary>It takes nothing for so long.</summary>
    internal void GoDown(TimeSpan time) => downUntil = scheduler.Now + time;

    /// <summary>One transaction.</summary>
    internal StoreResult Write(IReadOnlyList<AuditRow> rows, IReadOnlyList<DeadLetterRow> letters)
    {
        var (inserted, duplicates, divergences, dead) = (0, 0, 0, 0);
        foreach (var row in rows)
        {
            if (events.TryAdd(row.EventId, row))
                inserted++;
            else if (events[row.EventId].FactHash.AsSpan().SequenceEqual(row.FactHash))
                duplicates++;
            else
                divergences++;
        }
        foreach (var letter in letters)
            dead += deadLetters.TryAdd((letter.Stage, letter.Topic, letter.Partition, letter.Offset), letter) ? 1 : 0;
        Divergences += divergences;
        return new StoreResult(inserted, duplicates, divergences, Refused: 0, dead);
    }
}
