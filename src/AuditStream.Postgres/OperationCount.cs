namespace AuditStream.Postgres;

/// <summary>How many events there are of one operation.</summary>
/// <param name="Operation">insert, update, delete, …</param>
/// <param name="Events">Their number.</param>
public sealed record OperationCount(string Operation, long Events);
