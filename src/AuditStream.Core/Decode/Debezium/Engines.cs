using System.Text;

namespace AuditStream.Core.Decode.Debezium;

/// <summary>What differs between the engines behind Debezium's connectors.</summary>
internal static class Engines
{
    /// <summary>PostgreSQL's connector.</summary>
    public const string Postgres = "postgresql";

    /// <summary>MongoDB's connector.</summary>
    public const string Mongo = "mongodb";

    private static readonly (byte[] Name, string Engine)[] known =
        [.. new[] { Postgres, "mysql", "mariadb", "sqlserver", "oracle", Mongo }.Select(engine => (Encoding.UTF8.GetBytes(engine), engine))];

    /// <summary>The engine behind a block <c>source</c>: as the connector is named, else by the place in the log that only one kind of
    /// engine has; null when neither tells.</summary>
    public static string? Of(in MemberBlock source)
    {
        var connector = source.Content(SourceMember.Connector);
        foreach (var (name, engine) in known)
        {
            if (connector.SequenceEqual(name))
                return engine;
        }

        if (!connector.IsEmpty)
            return Encoding.UTF8.GetString(connector);
        return source.Has(SourceMember.Lsn) ? Postgres
            : source.Has(SourceMember.Gtid) || source.Has(SourceMember.File) ? "mysql"
            : source.Has(SourceMember.ChangeLsn) ? "sqlserver"
            : source.Has(SourceMember.Scn) ? "oracle"
            : source.Has(SourceMember.Ord) || source.Has(SourceMember.Collection) ? Mongo
            : null;
    }

    /// <summary>False when the engine has databases only.</summary>
    public static bool HasSchemas(string? engine) => engine is not ("mysql" or "mariadb" or Mongo);

    /// <summary>True when the engine's log has whole rows unless it is set up otherwise.</summary>
    public static bool SendsFullBefore(string? engine) => engine is "mysql" or "mariadb" or "sqlserver" or "oracle" or "db2" or "informix";
}
