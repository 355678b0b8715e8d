using System.Data;
using AuditStream.Core.Sink;
using Npgsql;

namespace AuditStream.Postgres;

/// <summary>One connection with one transaction: what an attempt to write a batch happens in. Disposed without a commit, nothing of it
/// stays.</summary>
internal sealed class WriteSession : IAsyncDisposable
{
    private const string Savepoint = "part";

    /// <summary>How long a cancelled COPY may take to end after the server was told; then its connection is left to its own
    /// timeout.</summary>
    private static readonly TimeSpan CancelPatience = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource _source;
    private readonly EventCopy _copy;
    private NpgsqlTransaction? _transaction;
    private Task? _finishing;

    private WriteSession(NpgsqlDataSource source, NpgsqlConnection connection, EventCopy copy)
    {
        _source = source;
        Connection = connection;
        _copy = copy;
    }

    public NpgsqlConnection Connection { get; }

    // Set by BeginAsync, which comes before everything that needs it.
    private NpgsqlTransaction Transaction => _transaction!;

    public static async Task<WriteSession> OpenAsync(NpgsqlDataSource source, EventCopy copy, CancellationToken cancellationToken) =>
        new(source, await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false), copy);

    public async Task BeginAsync(CancellationToken cancellationToken) =>
        _transaction = await Connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancellationToken).ConfigureAwait(false);

    public Task CommitAsync(CancellationToken cancellationToken) => Transaction.CommitAsync(cancellationToken);

    public Task SaveAsync(CancellationToken cancellationToken) => Transaction.SaveAsync(Savepoint, cancellationToken);

    public Task ReleaseAsync(CancellationToken cancellationToken) => Transaction.ReleaseAsync(Savepoint, cancellationToken);

    /// <summary>Back to the savepoint, which goes away too: left there, each would hold the next ones inside itself.</summary>
    public async Task UndoAsync(CancellationToken cancellationToken)
    {
        await Transaction.RollbackAsync(Savepoint, cancellationToken).ConfigureAwait(false);
        await Transaction.ReleaseAsync(Savepoint, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Copies rows into <c>audit.event</c>.</summary>
    /// <remarks>The end of a COPY is where the server works longest, and Npgsql's stream ends itself without a token: when ours is
    /// cancelled there, the server is told on another connection.</remarks>
    public async Task CopyAsync(List<AuditRow> rows, int start, int count, OpenBlocks blocks, CancellationToken cancellationToken)
    {
        var stream = await _copy.SendAsync(Connection, rows, start, count, blocks, cancellationToken).ConfigureAwait(false);
        _finishing = stream.DisposeAsync().AsTask();
        try
        {
            await _finishing.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!_finishing.IsCompleted)
        {
            await CancelOnServerAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_finishing is { IsCompleted: false } finishing)
        {
            // The server does not answer: its connection must not be touched before the client's timeout has ended it.
            _ = CloseAfterAsync(finishing);
            return;
        }
        await CloseAsync().ConfigureAwait(false);
    }

    private async Task CloseAfterAsync(Task finishing)
    {
        await finishing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await CloseAsync().ConfigureAwait(false);
    }

    private async ValueTask CloseAsync()
    {
        if (_transaction is not null)
            await _transaction.DisposeAsync().ConfigureAwait(false);
        await Connection.DisposeAsync().ConfigureAwait(false);
    }

    private async Task CancelOnServerAsync()
    {
        using var patience = new CancellationTokenSource(CancelPatience);
        try
        {
            await using var command = _source.CreateCommand("SELECT pg_cancel_backend($1)");
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Connection.ProcessID });
            _ = await command.ExecuteScalarAsync(patience.Token).ConfigureAwait(false);
            // Set by CopyAsync, which is the only caller.
            await _finishing!.WaitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException)
        {
            // Either the COPY ended with the error that was asked for, or the server is away: the caller hears of its own cancellation, no
            // more.
        }
    }
}
