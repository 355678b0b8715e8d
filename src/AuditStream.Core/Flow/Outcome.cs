namespace AuditStream.Core.Flow;

/// <summary>The one outcome of one consumed record.</summary>
public readonly struct Outcome
{
    private Outcome(OutcomeKind kind, int events, int forwarded, SkipReason skip, Rejection? rejection)
    {
        Kind = kind;
        Events = events;
        Forwarded = forwarded;
        Skip = skip;
        Rejection = rejection;
    }

    /// <summary>A part of the work is done, and nothing is emitted: the host commits it and gives the record again.</summary>
    public static Outcome Unfinished { get; } = new(OutcomeKind.Unfinished, events: 0, forwarded: 0, SkipReason.None, rejection: null);

    /// <summary>Emitted, skipped, rejected, or not finished.</summary>
    public OutcomeKind Kind { get; }

    /// <summary>How many events were emitted; 0 unless <see cref="OutcomeKind.Emitted"/>.</summary>
    public int Events { get; }

    /// <summary>How many of the record's changes were forwarded, for others to make events of them; 0 unless
    /// <see cref="OutcomeKind.Emitted"/>.</summary>
    public int Forwarded { get; }

    /// <summary>Why the record was skipped; <see cref="SkipReason.None"/> unless <see cref="OutcomeKind.Skipped"/>.</summary>
    public SkipReason Skip { get; }

    /// <summary>Why the record was refused; null unless <see cref="OutcomeKind.Rejected"/>.</summary>
    public Rejection? Rejection { get; }

    /// <summary>The outcome of a record that gave events, or whose changes will give them.</summary>
    public static Outcome Emitted(int events, int forwarded = 0) => new(OutcomeKind.Emitted, events, forwarded, SkipReason.None, rejection: null);

    /// <summary>The outcome of a record that was left out.</summary>
    public static Outcome Skipped(SkipReason reason) => new(OutcomeKind.Skipped, events: 0, forwarded: 0, reason, rejection: null);

    /// <summary>The outcome of a record that was refused.</summary>
    public static Outcome Rejected(Rejection rejection) => new(OutcomeKind.Rejected, events: 0, forwarded: 0, SkipReason.None, rejection);
}
