namespace AuditStream.Streams.Reset;

/// <summary>The kinds of places at which a group can go on.</summary>
public enum ResetPlaceKind
{
    /// <summary>Where it is: offsets stay.</summary>
    Stays,

    /// <summary>The first record that there is.</summary>
    Earliest,

    /// <summary>The end.</summary>
    Latest,

    /// <summary>The first record of an instant or later.</summary>
    Instant,

    /// <summary>An offset of every partition.</summary>
    Offset,

    /// <summary>So many offsets from where it is.</summary>
    Shift,
}
