using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Model;

/// <summary>What the clients throw.</summary>
internal static class Refusal
{
    internal static ClientException TimedOut(string what) =>
        new(ClientErrorClass.Retriable, "Local_TimedOut", $"{what} failed: no answer in time.");

    internal static ClientException Fenced(string what) =>
        new(ClientErrorClass.Fenced, "ProducerFenced", $"{what} failed: there is a newer producer of this transactional id.");

    internal static ClientException MustAbort(string what, string code) =>
        new(ClientErrorClass.RequiresAbort, code, $"{what} failed: the transaction must be aborted.");

    /// <summary>A call that the client library does not allow now: a fault of the caller.</summary>
    internal static ClientException Erroneous(string what, string why) =>
        new(ClientErrorClass.Fatal, "Local_State", $"{what} failed: {why}");
}
