using AuditStream.Core.Account;
using AuditStream.Core.Identity;
using AuditStream.Core.Normalize;
using AuditStream.Streams.Ports;
using AuditStream.Streams.Settings;
using AuditStream.Streams.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuditStream.Streams.Tests;

public sealed class AuditNotesTests
{
    private static readonly StreamsSettings settings = new() { BootstrapServers = "unused:9092", RawTopics = ["raw"], ProcessId = "p1" };

    private static readonly AuditNote note = new()
    {
        Action = "reset", Reason = "again", By = "ann", At = new DateTimeOffset(2025, 6, 15, 10, 0, 0, TimeSpan.Zero),
    };

    [Fact]
    public async Task A_note_is_one_event_on_the_final_topic_and_stored_when_the_call_returns()
    {
        var broker = new FakeBroker();
        await Notes(broker).SendAsync(note, CancellationToken.None);
        var record = broker.Committed.ShouldHaveSingleItem();
        record.Topic.ShouldBe(settings.FinalTopic);
        record.Value.ShouldNotBeNull().ShouldContain("\"operation\":\"audit\"");
        record.Timestamp.ShouldBe(note.At.ToUnixTimeMilliseconds());
        record.Header("auditstream-processed-at").ShouldNotBeNull();
        var producer = broker.Producers.ShouldHaveSingleItem();
        producer.TransactionalId.ShouldBeNull();
        producer.IsDisposed.ShouldBeTrue();
        broker.Calls.ShouldContain("flush");
    }

    [Fact]
    public async Task A_note_that_is_not_known_to_be_stored_is_an_error_that_names_it()
    {
        var broker = new FakeBroker();
        broker.ProducerScripts.Enqueue(
            producer => producer.OnFlush.Enqueue(new ClientException(ClientErrorClass.RequiresAbort, "x", "Delivering a record failed.")));
        var thrown = await Should.ThrowAsync<AuditNoteException>(() => Notes(broker).SendAsync(note, CancellationToken.None));
        thrown.Message.ShouldContain("reset");
        thrown.Message.ShouldContain("Delivering a record failed.");
    }

    [Fact]
    public async Task A_flush_that_takes_too_long_is_called_again()
    {
        var broker = new FakeBroker();
        broker.ProducerScripts.Enqueue(producer => producer.OnFlush.Enqueue(new ClientException(ClientErrorClass.Retriable, "x", "on their way")));
        await Notes(broker).SendAsync(note, CancellationToken.None);
        broker.Committed.Count.ShouldBe(1);
    }

    private static AuditNotes Notes(FakeBroker broker)
    {
        var core = new NormalizerSettings { IdentityKey = new IdentityKey(new byte[32]), ConfigHash = "c0ffee", ProductVersion = "0.1.0" };
        return new AuditNotes(
            settings, broker, _ => Task.FromResult(new PipelineEvents(core, settings.ApplicationId)), NullLoggerFactory.Instance, TimeProvider.System);
    }
}
