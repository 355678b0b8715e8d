using AuditStream.Demo.Messages;

namespace AuditStream.Demo.Changes;

/// <summary>What the demo puts on the raw topics after the captured messages: a transaction at a time, and now and then a torn copy of a message.</summary>
/// <remarks>Where DMS takes part, it sends the same transactions. The torn copy is made on purpose, and the live view says so: it shows what becomes of
/// a record that cannot be read. The whole message is sent too, so nothing is missing.</remarks>
/// <param name="captured">Debezium's captured messages, which new ones are made of.</param>
/// <param name="dms">Writes what DMS sends of them, after what it sent of the captured ones; null when it takes no part.</param>
/// <param name="seed">What new changes are drawn from.</param>
public sealed class LiveChanges(IReadOnlyList<CapturedMessage> captured, DmsMessages? dms, int seed)
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
        if (dms is not null)
            messages = [.. messages, .. dms.Write(messages)];
        transactions++;
        return transactions % TransactionsBetweenTornCopies == 0
            ? [.. messages, Torn(messages.First(message => message.Topic == BankGenerator.Accounts))]
            : messages;
    }

    private static CapturedMessage Torn(CapturedMessage message) => message with { Value = message.Value?[..^CutBytes] };
}
