using AuditStream.Core.Check;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using static AuditStream.Streams.Check.CheckText;

namespace AuditStream.Streams.Check;

/// <summary>Can events, dead letters and offsets be one transaction here?</summary>
internal static class TransactionRules
{
    private const CheckSection Section = CheckSection.Transactions;
    private const string LimitSetting = "transaction.max.timeout.ms";

    public static IEnumerable<Finding> OfBroker(StreamsSettings settings, ClusterFacts facts)
    {
        if (facts.BrokerSettings?.GetValueOrDefault(LimitSetting) is { } text
            && long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var limit)
            && limit < settings.TransactionTimeoutMilliseconds)
        {
            yield return Finding.Error(Section, "transaction-timeout", "Streams:TransactionTimeoutMilliseconds",
                Invariant($"is {settings.TransactionTimeoutMilliseconds}; the brokers allow {limit} ({LimitSetting})."),
                "No transaction can be begun.", Invariant($"Streams:TransactionTimeoutMilliseconds={limit}"));
        }
    }

    public static Finding Possible(StreamsSettings settings) =>
        Finding.Ok(Section, "transactions", settings.ApplicationId, "transactions are possible: an id with this prefix was claimed and let go.");

    public static Finding Refused(StreamsSettings settings, ClientException exception) => exception.Code switch
    {
        "TransactionalIdAuthorizationFailed" => Finding.Error(Section, "transaction-right-missing", settings.ApplicationId,
            "this login may not use transactional ids that begin so.", "Nothing can be written exactly once.",
            Grant(settings, "Write", $"--transactional-id {settings.ApplicationId}- --resource-pattern-type prefixed") + " (and the same with Describe)"),
        "ClusterAuthorizationFailed" => Finding.Error(Section, "transaction-right-missing", settings.ApplicationId,
            "this login may not write idempotently.", "Nothing can be written exactly once.", Grant(settings, "IdempotentWrite", "--cluster")),
        "InvalidTransactionTimeout" => Finding.Error(Section, "transaction-timeout", "Streams:TransactionTimeoutMilliseconds",
            Invariant($"is {settings.TransactionTimeoutMilliseconds}, more than the brokers allow ({LimitSetting})."), "No transaction can be begun.",
            $"a smaller Streams:TransactionTimeoutMilliseconds, or a larger {LimitSetting} on the brokers"),
        // Somebody else checks at the same time and has claimed the id since: so it can be claimed.
        _ when exception.ErrorClass == ClientErrorClass.Fenced => Possible(settings),
        _ => Finding.Error(Section, "transactions-fail", settings.ApplicationId, exception.Message, "Nothing can be written exactly once.",
            "See that the topic __transaction_state has its copies (transaction.state.log.replication.factor must not exceed the number of brokers)."),
    };
}
