using System.Net;
using System.Net.Sockets;

namespace AuditStream.Postgres.Tests;

/// <summary>A TCP proxy in front of the server that cuts its first connection just after a certain word went to the server and was
/// answered: the server has done what it was told, and the client never hears of it.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _serverPort;
    private readonly byte[] _word;
    private readonly Task _accepting;
    private int _cuts;

    public CuttingProxy(int serverPort, byte[] word)
    {
        _serverPort = serverPort;
        _word = word;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections were cut: at most one.</summary>
    public int Cuts => _cuts;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(CarryAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            await server.ConnectAsync(IPAddress.Loopback, _serverPort, _stop.Token);
            var state = new CutState();
            try
            {
                // Whichever side ends first ends both.
                await Task.WhenAny(PumpAsync(client, server, state, toServer: true), PumpAsync(server, client, state, toServer: false));
            }
            finally
            {
                client.Close();
                server.Close();
            }
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, CutState state, bool toServer)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _stop.Token) is var read and > 0)
            {
                if (toServer && buffer.AsSpan(0, read).IndexOf(_word) >= 0 && Interlocked.CompareExchange(ref _cuts, 1, 0) == 0)
                    state.AnswerIsLost = true;
                if (!toServer && state.AnswerIsLost)
                    return;
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The other side is gone, or the test is over.
        }
    }

    private sealed class CutState
    {
        public volatile bool AnswerIsLost;
    }
}
