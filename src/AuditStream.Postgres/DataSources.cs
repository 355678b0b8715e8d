using System.Globalization;
using Npgsql;

namespace AuditStream.Postgres;

/// <summary>Makes Npgsql data sources, every option that matters passed explicitly.</summary>
internal static class DataSources
{
    /// <summary>How much longer than the client the server waits before it gives up a session.</summary>
    private const int ServerGraceSeconds = 2;

    public static NpgsqlDataSource Build(PostgresOptions options)
    {
        var connectionString = new NpgsqlConnectionStringBuilder(options.ConnectionString)
        {
            ApplicationName = options.ApplicationName,
            CommandTimeout = options.CommandTimeoutSeconds,
            Timeout = options.ConnectTimeoutSeconds,
            MaxPoolSize = options.MaximumPoolSize,
            // A server that vanished without a word is noticed by TCP, not by an endless read.
            TcpKeepAlive = true,
            TcpKeepAliveTime = options.KeepAliveSeconds,
            TcpKeepAliveInterval = Math.Max(1, options.KeepAliveSeconds / 3),
            // Error details quote row values ("Key (id)=(42) already exists."), and so do logged parameters.
            IncludeErrorDetail = false,
            LogParameters = false,
            // The password is not to be read back from an open connection.
            PersistSecurityInfo = false,
            // Our transactions are our own; an ambient one would hold a batch open.
            Enlist = false,
            // We leave no state in a session, so nothing needs to be reset; it would undo the setting below.
            NoResetOnClose = true,
        };
        var builder = new NpgsqlDataSourceBuilder(connectionString.ConnectionString);
        builder.UsePhysicalConnectionInitializer(
            connection =>
            {
                using var command = SessionSettings(connection, options);
                _ = command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = SessionSettings(connection, options);
                _ = await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            });
        if (connectionString.Host?.Contains(',', StringComparison.Ordinal) != true)
            return builder.Build();
        var target = TargetOf(connectionString.TargetSessionAttributes, options);
        builder.ConnectionStringBuilder.TargetSessionAttributes = null; // with several hosts Npgsql takes it here and not there
        return builder.BuildMultiHost().WithTargetSession(target);
    }

    /// <summary>Which of several hosts will do, in Npgsql's words; not given: for who writes, one that takes writes.</summary>
    private static TargetSessionAttributes TargetOf(string? given, PostgresOptions options) => given switch
    {
        null => options.Writes ? TargetSessionAttributes.ReadWrite : TargetSessionAttributes.Any,
        "any" => TargetSessionAttributes.Any,
        "primary" => TargetSessionAttributes.Primary,
        "standby" => TargetSessionAttributes.Standby,
        "prefer-primary" => TargetSessionAttributes.PreferPrimary,
        "prefer-standby" => TargetSessionAttributes.PreferStandby,
        "read-write" => TargetSessionAttributes.ReadWrite,
        "read-only" => TargetSessionAttributes.ReadOnly,
        _ => throw new ArgumentException("Target Session Attributes is none of any, primary, standby, prefer-primary, prefer-standby, read-write, read-only."),
    };

    /// <summary>What every session has.</summary>
    /// <remarks>Durable commits: the Kafka offset moves after the commit, and a commit that a crash of the server can take back would lose
    /// events; stricter settings (remote_apply) stay. The two limits: a writer that was frozen, and whose partitions have gone to another,
    /// must not hold its half of a batch for ever, because the other waits for it; they come after the client's own timeout.</remarks>
    private static NpgsqlCommand SessionSettings(NpgsqlConnection connection, PostgresOptions options)
    {
        var command = new NpgsqlCommand("SELECT set_config('statement_timeout', $1, false), set_config('idle_in_transaction_session_timeout', $1, false), "
            + "(SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local'))", connection);
        var milliseconds = (options.CommandTimeoutSeconds + ServerGraceSeconds) * 1_000L;
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = milliseconds.ToString(CultureInfo.InvariantCulture) });
        return command;
    }
}
