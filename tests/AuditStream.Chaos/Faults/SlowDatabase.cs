using AuditStream.Chaos.Stack;
using AuditStream.Testing;
using Npgsql;

namespace AuditStream.Chaos.Faults;

/// <summary>Makes the store slow, in the ways in which stores are.</summary>
internal sealed class SlowDatabase(ChaosStack stack)
{
    /// <summary>Somebody holds a lock on the audit table.</summary>
    internal async Task LockAsync(TimeSpan time)
    {
        await using var connection = await stack.OpenStoreAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("lock table audit.event in access exclusive mode", connection, transaction);
        await command.ExecuteNonQueryAsync();
        await Pause.ForAsync(time, CancellationToken.None);
        await transaction.RollbackAsync();
    }

    /// <summary>The server's processes that work for the sinks stand still.</summary>
    internal async Task FreezeAsync(TimeSpan time)
    {
        var backends = await BackendsAsync();
        foreach (var backend in backends)
            PosixSignal.Send(backend, PosixSignal.Stop);
        await Pause.ForAsync(time, CancellationToken.None);
        foreach (var backend in backends)
            PosixSignal.Send(backend, PosixSignal.Continue);
    }

    /// <summary>The sinks' connections are cut, three times within the time.</summary>
    internal async Task CutAsync(TimeSpan time)
    {
        for (var cut = 0; cut < 3; cut++)
        {
            await stack.ScalarAsync<long>($"select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = '{ChaosStack.WriterName}'");
            await Pause.ForAsync(time / 3, CancellationToken.None);
        }
    }

    private async Task<List<int>> BackendsAsync()
    {
        await using var connection = await stack.OpenStoreAsync();
        await using var command = new NpgsqlCommand($"select pid from pg_stat_activity where usename = '{ChaosStack.WriterName}'", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var backends = new List<int>();
        while (await reader.ReadAsync())
            backends.Add(reader.GetInt32(0));
        return backends;
    }
}
