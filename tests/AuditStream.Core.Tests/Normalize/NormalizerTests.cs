using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;

namespace AuditStream.Core.Tests.Normalize;

public sealed class NormalizerTests
{
    private readonly Normalizer normalizer = Make();
    private readonly CollectingOutput output = new();

    [Fact]
    public void Every_change_of_a_record_becomes_an_event_in_order()
    {
        var outcome = normalizer.Process(DecodeResult.Of([Change("1"), Change("2"), Change("3")]), output);
        outcome.Kind.ShouldBe(OutcomeKind.Emitted);
        outcome.Events.ShouldBe(3);
        Ids().ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public void A_record_of_which_one_change_is_refused_emits_nothing()
    {
        var refused = Change("2");
        refused.Facts.OccurredAtMicroseconds = -1;
        var outcome = normalizer.Process(DecodeResult.Of([Change("1"), refused, Change("3")]), output);
        outcome.Kind.ShouldBe(OutcomeKind.Rejected);
        outcome.Events.ShouldBe(0);
        outcome.Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.TimeOutOfRange);
        output.Values.ShouldBeEmpty();
        normalizer.Process(DecodeResult.Of([Change("4")]), output).Events.ShouldBe(1);
        Ids().ShouldBe(["4"]);
    }

    [Fact]
    public void A_large_record_does_not_spoil_the_small_one_behind_it()
    {
        normalizer.Process(DecodeResult.Of([.. Enumerable.Range(0, 100).Select(number => Change($"{number}"))]), output).Events.ShouldBe(100);
        normalizer.Process(DecodeResult.Of([Change("last")]), output).Events.ShouldBe(1);
        Ids().ShouldBe([.. Enumerable.Range(0, 100).Select(number => $"{number}"), "last"]);
    }

    [Fact]
    public void An_event_of_a_large_record_is_the_same_in_every_part_as_alone()
    {
        var all = new List<string>();
        var alone = new List<string>();
        normalizer.Process(DecodeResult.Of([.. Enumerable.Range(0, 600).Select(number => Change($"{number}"))]), new Recorder(all)).Events.ShouldBe(600);
        foreach (var number in Enumerable.Range(0, 600))
            normalizer.Process(DecodeResult.Of([Change($"{number}")]), new Recorder(alone));
        all.ShouldBe(alone);
        all.Distinct().Count().ShouldBe(600);
    }

    [Fact]
    public void Skips_and_rejections_pass_through()
    {
        normalizer.Process(DecodeResult.Skipped(SkipReason.Heartbeat), output).Skip.ShouldBe(SkipReason.Heartbeat);
        var rejection = new Rejection(RejectionCode.NotJson, "No.", ByteOffset: 0);
        normalizer.Process(DecodeResult.Rejected(rejection), output).Rejection.ShouldBe(rejection);
        output.Values.ShouldBeEmpty();
    }

    [Fact]
    public void A_record_that_gives_neither_change_nor_reason_is_a_broken_program()
        => Should.Throw<InvalidOperationException>(() => normalizer.Process(DecodeResult.Of([]), output));

    [Fact]
    public void The_same_change_gives_the_same_bytes_in_another_normalizer()
    {
        normalizer.Process(DecodeResult.Of([Change("1")]), output);
        Make().Process(DecodeResult.Of([Change("1")]), output);
        output.Values[0].ShouldBe(output.Values[1]);
    }

    private static Normalizer Make() => new(new NormalizerSettings
    {
        IdentityKey = MadeKey.Key, ConfigHash = "c0ffee", ProductVersion = "0.1.0", Emit = new EmitSettings { Images = ImagesOut.None },
    });

    private static RowChange Change(string id)
        => MadeChange.Of(ChangeOperation.Snapshot, before: null, ["\"Ann\"", "1", "null", "\"1\""], [$"\"{id}\""]);

    private IEnumerable<string> Ids()
        => output.Values.Select(value => Encoding.UTF8.GetString(value).Split("\"key\":{\"id\":\"")[1].Split('"')[0]);

    /// <summary>Notes everything that an event has.</summary>
    private sealed class Recorder(List<string> events) : IAuditEventOutput
    {
        public void Emit(AuditEvent auditEvent) => events.Add(string.Join('\n',
        [
            Encoding.UTF8.GetString(auditEvent.Value.Span), Encoding.UTF8.GetString(auditEvent.Key.Span), $"{auditEvent.Id} {auditEvent.Operation}",
            $"{auditEvent.TimestampMilliseconds}",
            .. auditEvent.Headers.Select(header => $"{header.Name}={Encoding.UTF8.GetString(header.Value.GetValueOrDefault().Span)}"),
        ]));
    }
}
