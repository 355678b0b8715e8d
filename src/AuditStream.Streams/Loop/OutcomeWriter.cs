using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tasks;
using Microsoft.Extensions.Logging;

namespace AuditStream.Streams.Loop;

/// <summary>Lets a task process one record, and writes and counts its outcome: events, forwarded changes, a dead letter, or nothing.</summary>
internal sealed class OutcomeWriter(StreamsSettings settings, string stage, SizeLimiter size, TimeProvider time, ILogger logger)
{
    private static readonly Rejection TooLargeForBroker = new(
        RejectionCode.TooLarge, "An event made of this record is larger than the broker takes, even without images.", ByteOffset: -1);

    private readonly EventOutput output = new(settings, time);
    private readonly DeadLetterOutput deadLetters = new(settings.DeadLetterTopic, stage);

    /// <summary>Processes one record into the open work.</summary>
    /// <returns>False when only a part of it is done: that is to be committed, and the record to come again.</returns>
    internal bool Handle(StreamTask task, in RawRecord record, IUnitOfWork work)
    {
        output.Begin(work);
        Outcome outcome;
        try
        {
            outcome = size.IsTooLarge(task.Partition, record.Offset) ? Refuse(task, record) : task.Handler.Process(record, output);
        }
        catch (ClientException exception) when (exception.ErrorClass == ClientErrorClass.TooLarge && output.HasNothing)
        {
            // The client itself refused the first event: nothing of this record is out, so it can become a dead letter at once.
            outcome = Refuse(task, record);
        }
        catch (ClientException exception) when (exception.ErrorClass == ClientErrorClass.TooLarge)
        {
            // Events of this record are out already: only an abort takes them back.
            size.Mark(task.Partition, record.Offset);
            throw;
        }
        task.ProducedEvents += output.Events;
        task.ProducedForwards += output.Forwards;
        switch (outcome.Kind)
        {
            // What is not so has no outcome, and is a breach: record by record, for two wrongs may add up to a right sum.
            case OutcomeKind.Emitted when outcome.Events + outcome.Forwarded > 0 && outcome.Events == output.Events && outcome.Forwarded == output.Forwards:
                task.Open.Emit(outcome.Events, outcome.Forwarded);
                break;
            case OutcomeKind.Skipped when outcome.Skip != SkipReason.None:
                task.Open.Skip(outcome.Skip);
                break;
            case OutcomeKind.Rejected:
                WriteDeadLetter(task, record, outcome.Rejection ?? TooLargeForBroker, work);
                break;
            case OutcomeKind.Unfinished when output.HasNothing && task.State is not null:
                return false;
        }
        return true;
    }

    private Outcome Refuse(StreamTask task, in RawRecord record)
    {
        task.Handler.Refuse(record, output);
        return Outcome.Rejected(TooLargeForBroker);
    }

    private void WriteDeadLetter(StreamTask task, in RawRecord record, Rejection rejection, IUnitOfWork work)
    {
        try
        {
            deadLetters.Write(work, record, rejection);
        }
        catch (ClientException exception) when (exception.ErrorClass == ClientErrorClass.TooLarge)
        {
            throw new DeadLetterTooLargeException(
                $"the record fits neither the final nor the dead letters' topic; raise max.message.bytes of {settings.DeadLetterTopic}",
                    exception);
        }
        task.ProducedDeadLetters++;
        task.Open.DeadLetter();
        if (rejection == TooLargeForBroker)
            StreamsLog.TooLarge(logger, 1, record.Topic);
    }
}
