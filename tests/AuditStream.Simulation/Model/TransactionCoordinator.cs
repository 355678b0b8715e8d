using AuditStream.Streams.Ports;

namespace AuditStream.Simulation.Model;

/// <summary>Transactional ids: epochs, fencing, time-outs, and the two steps of an end (the decision, then a marker for each
/// partition).</summary>
internal sealed class TransactionCoordinator(ModelBroker broker)
{
    /// <summary>How often the broker looks for transactions that took too long.</summary>
    private static readonly TimeSpan scan = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan longestMarker = TimeSpan.FromMilliseconds(4);
    private readonly Dictionary<string, Transaction> transactions = [];

    /// <summary>How much longer markers take now than they usually do.</summary>
    internal TimeSpan MarkerDelay { get; set; }

    /// <summary>How often a producer was told that there is a newer one.</summary>
    internal int Fences { get; private set; }

    /// <summary>How many transactions were committed.</summary>
    internal int Commits { get; private set; }

    /// <summary>Transactions with a decision that not every partition knows, or without one.</summary>
    internal IEnumerable<Transaction> Unfinished =>
        transactions.Values.Where(transaction => transaction.State is TransactionState.Ongoing or TransactionState.Ending);

    /// <summary>Fences older producers of the id, and drops what they left open.</summary>
    /// <returns>Null while that goes on: ask again.</returns>
    internal (Transaction Transaction, int Epoch)? Initialise(string id, TimeSpan timeout)
    {
        if (!transactions.TryGetValue(id, out var transaction))
            transactions.Add(id, transaction = new Transaction(id, transactions.Count));
        if (transaction.State == TransactionState.Ongoing)
            Expire(transaction);
        if (transaction.State == TransactionState.Ending)
            return null;
        transaction.Timeout = timeout;
        return (transaction, ++transaction.Epoch);
    }

    /// <summary>Takes a record or offsets into the transaction, and opens it when it is not.</summary>
    /// <returns>False while the one before is ending: ask again.</returns>
    /// <exception cref="ClientException">The epoch is an older one.</exception>
    internal bool Join(Transaction transaction, int epoch)
    {
        Check(transaction, epoch);
        if (transaction.State == TransactionState.Ending)
            return false;
        if (transaction.State == TransactionState.Ongoing)
            return true;
        transaction.State = TransactionState.Ongoing;
        transaction.Records = 0;
        var number = ++transaction.Number;
        broker.After(transaction.Timeout + broker.Up(scan), () =>
        {
            if (transaction.Number == number && transaction.State == TransactionState.Ongoing)
            {
                broker.Note($"transaction of {transaction.Id} timed out");
                Expire(transaction);
            }
        });
        return true;
    }

    /// <summary>Decides; the same decision once more is no error.</summary>
    internal void End(Transaction transaction, int epoch, bool isCommit)
    {
        Check(transaction, epoch);
        if (transaction.State == TransactionState.Ongoing)
            Decide(transaction, isCommit);
        else if (transaction.State == TransactionState.Empty || transaction.IsCommit != isCommit)
            throw Refusal.MustAbort("Ending a transaction", "InvalidTxnState");
    }

    /// <summary>Fences whoever has it and drops it.</summary>
    internal void Expire(Transaction transaction)
    {
        transaction.Epoch++;
        Decide(transaction, isCommit: false);
    }

    private void Check(Transaction transaction, int epoch)
    {
        if (epoch == transaction.Epoch)
            return;
        Fences++;
        throw Refusal.Fenced("Writing in a transaction");
    }

    private void Decide(Transaction transaction, bool isCommit)
    {
        transaction.State = TransactionState.Ending;
        transaction.IsCommit = isCommit;
        Commits += isCommit ? 1 : 0;
        broker.Note($"transaction of {transaction.Id}: {(isCommit ? "commit" : "abort")}, {transaction.Records} records");
        var left = transaction.Partitions.Count + transaction.Groups.Count;
        foreach (var partition in transaction.Partitions)
            Later(() => broker.Log(partition).Mark(transaction.ProducerId, isCommit));
        foreach (var group in transaction.Groups)
            Later(() => broker.Group(group).End(transaction.ProducerId, isCommit));
        transaction.Partitions.Clear();
        transaction.Groups.Clear();
        if (left == 0)
            transaction.State = TransactionState.Ended;

        // Markers are written in no order; each partition, and the group's offsets, learn of the decision alone.
        void Later(Action mark) => broker.After(broker.Up(longestMarker) + broker.Up(MarkerDelay), () =>
        {
            mark();
            if (--left == 0)
                transaction.State = TransactionState.Ended;
            broker.Changed();
        });
    }
}
