using Npgsql;

namespace AuditStream.Postgres;

/// <summary>Makes Npgsql data sources, every option that matters passed explicitly.</summary>
internal static class DataSources
{
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
                using var command = new NpgsqlCommand(DurableCommits, connection);
                _ = command.ExecuteNonQuery();
            },
            async connection =>
            {
                await using var command = new NpgsqlCommand(DurableCommits, connection);
                _ = await command.ExecuteNonQueryAsync().ConfigureAwait(false);
            });
        return builder.Build();
    }

    /// <summary>The Kafka offset moves after the commit: a commit that a crash of the server can take back would lose events. Stricter settings
    /// (remote_apply) stay.</summary>
    private const string DurableCommits =
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') IN ('off', 'local')";
}
