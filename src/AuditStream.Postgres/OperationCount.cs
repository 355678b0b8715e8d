namespace AuditStream.Postgres;

/// <summary>How many events there are of one operation from one source.</summary>
/// <param name="Source">The source's name.</param>
/// <param name="Operation">insert, update, delete, …</param>
/// <param name="Events">Their number.</param>
public sealed record OperationCount(string Source, string Operation, long Events);
