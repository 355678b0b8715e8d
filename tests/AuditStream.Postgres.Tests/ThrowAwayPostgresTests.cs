using AuditStream.Demo;
using AuditStream.Testing;
using Npgsql;

namespace AuditStream.Postgres.Tests;

public sealed class ThrowAwayPostgresTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [PostgresFact]
    public async Task Keeps_data_and_port_over_a_restart_and_leaves_nothing_behind()
    {
        var postgres = await ThrowAwayPostgres.StartNewAsync(new ThrowAwayPostgresOptions { Fsync = true }, None);
        var folder = Path.GetDirectoryName(postgres.DataDirectory).ShouldNotBeNull();
        await using (postgres)
        {
            (await AskAsync(postgres, "create table t as select 41 + 1 as a; select a::text from t")).ShouldBe("42");
            var port = postgres.Port;
            await postgres.RestartAsync(PostgresStopMode.Immediate, None);
            postgres.Port.ShouldBe(port);
            (await AskAsync(postgres, "select a::text from t")).ShouldBe("42");
            await postgres.RestartAsync(PostgresStopMode.Fast, None);
            (await AskAsync(postgres, "select a::text from t")).ShouldBe("42");
            await postgres.StopAsync(PostgresStopMode.Fast, None);
            postgres.IsRunning.ShouldBeFalse();
        }
        Directory.Exists(folder).ShouldBeFalse();
    }

    [PostgresFact]
    public async Task Takes_settings_and_listens_on_loopback_only()
    {
        var options = new ThrowAwayPostgresOptions
        {
            LogicalReplication = true,
            Settings = new Dictionary<string, string> { ["application_name"] = "it's" },
        };
        await using var postgres = await ThrowAwayPostgres.StartNewAsync(options, None);
        (await AskAsync(postgres, "show wal_level")).ShouldBe("logical");
        (await AskAsync(postgres, "show fsync")).ShouldBe("off");
        (await AskAsync(postgres, "show listen_addresses")).ShouldBe("127.0.0.1");
        (await AskAsync(postgres, "select boot_val || '|' || reset_val from pg_settings where name = 'application_name'")).ShouldBe("|it's");
    }

    private static async Task<string?> AskAsync(ThrowAwayPostgres postgres, string sql)
    {
        await using var connection = new NpgsqlConnection(postgres.ConnectionString() + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (string?)await command.ExecuteScalarAsync();
    }
}
