namespace AuditStream.Postgres.Retire;

/// <summary>A legal hold.</summary>
/// <param name="Name">Its name, used once.</param>
/// <param name="From">Events from this instant on; null: from the beginning.</param>
/// <param name="To">Events before this instant; null: all later ones.</param>
/// <param name="Reason">Why.</param>
/// <param name="PlacedBy">Who placed it.</param>
/// <param name="PlacedAt">When.</param>
/// <param name="Release">When it was released, by whom and why; null: it holds.</param>
public sealed record LegalHold(
    string Name, DateTimeOffset? From, DateTimeOffset? To, string Reason, string PlacedBy, DateTimeOffset PlacedAt, LegalHoldRelease? Release);
