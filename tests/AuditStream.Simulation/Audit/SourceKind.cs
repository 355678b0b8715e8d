namespace AuditStream.Simulation.Audit;

/// <summary>What a raw record is for the handler.</summary>
internal enum SourceKind : byte
{
    /// <summary>Gives one event.</summary>
    Row,

    /// <summary>Gives two.</summary>
    Twice,

    /// <summary>Is left out.</summary>
    Skip,

    /// <summary>Is refused.</summary>
    Poison,

    /// <summary>Gives an event that is larger than the broker takes.</summary>
    Huge,

    /// <summary>Stands in a transaction that its producer dropped: nobody may ever see it.</summary>
    Aborted,
}
