using System.Globalization;

namespace AuditStream.Postgres.Retire;

/// <summary>Instants as PostgreSQL's literals.</summary>
internal static class PostgresTime
{
    public static string Of(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
