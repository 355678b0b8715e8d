using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;

namespace AuditStream.Fuzz;

/// <summary>What became of a record: its outcome, and copies of its events.</summary>
internal sealed record Answer(Outcome Outcome, Recognition Recognised, IReadOnlyList<CopiedEvent> Events)
{
    /// <summary>Gives a record to a normalizer.</summary>
    public static Answer Of(Normalizer normalizer, in RawRecord record)
    {
        var output = new CopyingOutput();
        var outcome = normalizer.Process(record, output);
        return new Answer(outcome, normalizer.Recognised, output.Events);
    }

    /// <summary>True when outcome and events are the same to the byte.</summary>
    public bool IsSameAs(Answer other) =>
        HasSameOutcomeAs(other) && Events.Zip(other.Events).All(pair => pair.First.IsSameAs(pair.Second));

    /// <summary>True when the outcomes are the same, and as many events came of them.</summary>
    public bool HasSameOutcomeAs(Answer other) =>
        Outcome.Kind == other.Outcome.Kind && Outcome.Skip == other.Outcome.Skip && Outcome.Rejection == other.Outcome.Rejection
        && Outcome.Events == other.Outcome.Events && Events.Count == other.Events.Count;
}
