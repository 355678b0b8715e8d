using AuditStream.Demo.Messages;

namespace AuditStream.Demo.Changes;

/// <summary>What the demo puts on the raw topics after the captured messages: a transaction at a time, and now and then a torn copy of a message.</summary>
/// <remarks>The torn copy is made on purpose, and the live view says so: it shows what becomes of a record that cannot be read. The whole message is sent
/// too, so nothing is missing.</remarks>
public sealed class LiveChanges(IReadOnlyList<CapturedMessage> captured, int seed)
{
    /// <summary>After so many transactions one message is sent torn, too.</summary>
    public const int TransactionsBetweenTornCopies = 15;

    private const int CutBytes = 25;

    private readonly BankGenerator generator = new(captured, seed);
    private int transactions;

    /// <summary>The messages of the next transaction.</summary>
    /// <param name="now">When it commits.</param>
    public IReadOnlyList<CapturedMessage> Next(DateTimeOffset now)
    {
        var messages = generator.Next(now);
        transactions++;
        return transactions % TransactionsBetweenTornCopies == 0
            ? [.. messages, Torn(messages.First(message => message.Topic == BankGenerator.Accounts))]
            : messages;
    }

    private static CapturedMessage Torn(CapturedMessage message) => message with { Value = message.Value?[..^CutBytes] };
}
