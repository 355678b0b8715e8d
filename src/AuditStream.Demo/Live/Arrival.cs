using AuditStream.Core.Sink;

namespace AuditStream.Demo.Live;

/// <summary>What the sink has just committed: an event, or a dead letter.</summary>
/// <param name="At">When the commit had returned.</param>
/// <param name="Event">The event's row; null for a dead letter.</param>
/// <param name="DeadLetter">The dead letter's row; null for an event.</param>
public readonly record struct Arrival(DateTimeOffset At, AuditRow? Event, DeadLetterRow? DeadLetter);
