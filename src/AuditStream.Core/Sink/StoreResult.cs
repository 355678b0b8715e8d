namespace AuditStream.Core.Sink;

/// <summary>What became of a batch's rows; without the dead letters they add up to the number of events.</summary>
/// <param name="Inserted">Events that are new in the table.</param>
/// <param name="Duplicates">Events that were there already with the same facts.</param>
/// <param name="Divergences">Events whose id was there with other facts under the same scheme: quarantined.</param>
/// <param name="Refused">Events that the store refused as a record: in the dead letters.</param>
/// <param name="DeadLetters">Dead letters that are new in the table, refused events included.</param>
/// <param name="Retired">Events of a range that was retired: skipped.</param>
public readonly record struct StoreResult(int Inserted, int Duplicates, int Divergences, int Refused, int DeadLetters, int Retired = 0);
