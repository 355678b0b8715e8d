using System.Net;
using System.Net.Sockets;

namespace AuditStream.Testing;

/// <summary>Finds loopback ports that nothing listens on.</summary>
/// <remarks>Taken below the range that the system hands out by itself, at a random start, so that test runs side by side seldom meet.</remarks>
public static class FreePorts
{
    private const int First = 12_000;
    private const int End = 31_000;
    private const int MaxAttempts = 500;

    /// <summary>One free port.</summary>
    public static int One() => WithOffsets(0);

    /// <summary>A port P such that P and every P + offset are free.</summary>
    public static int WithOffsets(params int[] offsets)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var port = Random.Shared.Next(First, End);
            if (IsFree(port) && offsets.All(offset => IsFree(port + offset)))
                return port;
        }
        throw new InvalidOperationException($"Finding a free port between {First} and {End} failed after {MaxAttempts} attempts.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
