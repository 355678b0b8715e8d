namespace AuditStream.Postgres;

/// <summary>How many dead letters there are of one stage and reason.</summary>
/// <param name="Stage">normalize, sink or store.</param>
/// <param name="Reason">The reason code.</param>
/// <param name="DeadLetters">Their number.</param>
public sealed record DeadLetterCount(string Stage, string Reason, long DeadLetters);
