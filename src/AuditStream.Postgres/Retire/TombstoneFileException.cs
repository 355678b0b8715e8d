namespace AuditStream.Postgres.Retire;

/// <summary>A range is retired, and the copy of its tombstone that lies beside the archive could not be written.</summary>
public sealed class TombstoneFileException(string message, Exception cause) : IOException(message, cause);
