namespace AuditStream.Streams.Reset;

/// <summary>Where a group is to go on: as <c>kafka-consumer-groups --reset-offsets</c> has it.</summary>
/// <param name="Kind">What kind of place.</param>
/// <param name="Number">For an instant: milliseconds since the Unix epoch; for an offset: the offset; for a shift: by how much, negative for back.</param>
public readonly record struct ResetPlace(ResetPlaceKind Kind, long Number = 0);
