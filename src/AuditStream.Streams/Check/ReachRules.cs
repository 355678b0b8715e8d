using AuditStream.Core.Check;
using AuditStream.Streams.Settings;
using Confluent.Kafka;
using static AuditStream.Streams.Check.CheckText;

namespace AuditStream.Streams.Check;

/// <summary>Was the cluster reached, and if not, why?</summary>
internal static class ReachRules
{
    private static readonly string[] refusals = ["SSL handshake", "SASL", "security.protocol"];

    public static Finding Reached(StreamsSettings settings, ClusterFacts facts) => Finding.Ok(CheckSection.Kafka, "kafka-reached", settings.BootstrapServers,
        Invariant($"answers: {(facts.Id is { } id ? $"cluster {id}, " : "")}{facts.Brokers} brokers, {facts.Names.Count} topics."));

    /// <summary>Names the cause that the client itself has met, where it has met one.</summary>
    public static Finding NotReached(StreamsSettings settings, Error error, IReadOnlyList<Error> said)
    {
        const string Why = "Nothing is read and nothing is written.";
        var denied = said.FirstOrDefault(IsRefusal);
        if (denied is not null)
        {
            return Finding.Error(CheckSection.Kafka, "kafka-authentication", settings.BootstrapServers, $"refuses this client: {Sentence(denied.Reason)}", Why,
                "Set security.protocol, sasl.mechanism, sasl.username and sasl.password, or ssl.ca.location, under Kafka:Client as the listener wants them.");
        }
        var cause = said.FirstOrDefault(one => one.Code is ErrorCode.Local_Resolve)
            ?? said.FirstOrDefault(one => one.Code is ErrorCode.Local_Transport)
            ?? error;
        return Finding.Error(CheckSection.Kafka, "kafka-not-reachable", settings.BootstrapServers, $"does not answer: {Sentence(cause.Reason)}", Why,
            "Kafka:BootstrapServers=<host:port of a broker>");
    }

    // Two sides that speak different protocols hang up: then only the client's words tell it from a broken connection.
    private static bool IsRefusal(Error error) => error.Code is ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed
        or ErrorCode.Local_Ssl or ErrorCode.UnsupportedSaslMechanism or ErrorCode.ClusterAuthorizationFailed
        || refusals.Any(words => error.Reason.Contains(words, StringComparison.OrdinalIgnoreCase));

    private static string Sentence(string reason) => reason.EndsWith('.') ? reason : reason + ".";
}
