using AuditStream.Streams.Loop;
using AuditStream.Streams.Metrics;
using AuditStream.Streams.Ports;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Claims;

/// <summary>Ends at once what dead former owners left open, instead of waiting for their transactions' time-out.</summary>
/// <remarks>
/// Who takes a transactional id ends the transaction that is open under it, and whoever had it can write nothing any more. So it is taken only of
/// a process that has no member in the group any more: a living former owner still works on its other partitions. Client ids begin as
/// transactional ids do, with application and process, and the coordinator tells those of the members.
/// </remarks>
/// <param name="applicationId">The application id: ids of others are left alone, whatever a record says.</param>
/// <param name="clientId">This thread's client id and transactional id.</param>
/// <param name="clients">Makes the producers that take the ids.</param>
/// <param name="metrics">Counts.</param>
/// <param name="logger">Where sentences go.</param>
internal sealed class OwnerFence(string applicationId, string clientId, IClientFactory clients, StreamsMetrics metrics, ILogger logger)
{
    /// <summary>How often it tries what fails for a while: with what one call waits, about as long as a transaction's time-out.</summary>
    private const int MaxTries = 4;

    private static readonly TimeSpan CallWait = TimeSpan.FromSeconds(3);
    private readonly HashSet<string> settled = new(StringComparer.Ordinal);
    private int failures;
    private bool hasSaid;

    /// <summary>New tasks: everything is asked again.</summary>
    internal void Begin()
    {
        settled.Clear();
        failures = 0;
    }

    /// <summary>Fences those of these owners whose processes are dead.</summary>
    /// <param name="consumer">The group's member on whose behalf it is done.</param>
    /// <param name="owners">Transactional ids of former owners; empty ones had no transactions.</param>
    /// <returns>True when brokers were asked.</returns>
    /// <exception cref="ClientException">Not now: to be called again.</exception>
    internal bool Fence(IStreamConsumer consumer, IEnumerable<string> owners)
    {
        var strangers = owners.Where(IsStranger).Except(settled).Order(StringComparer.Ordinal).ToList();
        if (strangers.Count == 0)
            return false;
        try
        {
            var living = consumer.Members(CallWait).Select(ProcessOf).ToHashSet(StringComparer.Ordinal);
            if (!living.Contains(ProcessOf(clientId)))
                throw new ClientException(ClientErrorClass.Retriable, "NotAMember", "Asking for the group's members failed: this one is not among them.");
            foreach (var owner in strangers)
            {
                if (!living.Contains(ProcessOf(owner)))
                    Take(owner);
                settled.Add(owner);
            }
        }
        catch (ClientException exception) when (exception.ErrorClass is not ClientErrorClass.Retriable || ++failures >= MaxTries)
        {
            // What they left open ends by its time-out, and is waited for as offsets and records are read.
            settled.UnionWith(strangers);
            if (!hasSaid)
                StreamsLog.NotFenced(logger, strangers.Count, exception.Message);
            hasSaid = true;
        }
        return true;
    }

    // What stands before the thread's number: application, process and role.
    private static string ProcessOf(string id) => id[..Math.Max(0, id.LastIndexOf('-'))];

    private bool IsStranger(string owner) => owner.StartsWith(applicationId + "-", StringComparison.Ordinal) && ProcessOf(owner) != ProcessOf(clientId);

    private void Take(string owner)
    {
        using var producer = clients.Producer(clientId + "-fence", owner);
        try
        {
            producer.InitTransactions(CallWait);
        }
        catch (ClientException exception) when (exception.ErrorClass == ClientErrorClass.Fenced)
        {
            return; // another new owner has taken it at the same moment
        }
        metrics.Fenced();
        StreamsLog.Fenced(logger, owner);
    }
}
